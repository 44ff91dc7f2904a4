using System.Collections.Concurrent;
using System.Threading.Channels;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Previews;
using CanvasWeb.Web.Generation.Workers;
using CanvasWeb.Web.Shell.Events;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Generation.Queue;

/// <summary>
/// Tells boards, pages and workers what became of jobs, after the fact and at its own pace: whoever changes a job only notes its id here.
/// Changes that come close together are told once, as they are then. What is told to nobody is not read: a long queue costs one look at
/// its order a second.
/// </summary>
internal sealed class JobNews(
    IDbContextFactory<AppDbContext> contexts,
    JobViews views,
    PreviewRelay relay,
    UserEvents events,
    IHubContext<InferenceHub> workers,
    TimeProvider time,
    ILogger<JobNews> logger) : BackgroundService
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_progressPace = TimeSpan.FromSeconds(1);

    // Whenever one job moves, all behind it move up; and each hint has every open page of a person read their jobs again.
    private static readonly TimeSpan s_placesPace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_hintPace = TimeSpan.FromSeconds(1);

    // One place: it says that there is something, the set says what.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly ConcurrentDictionary<string, bool> _changed = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _progressTold = new();
    private readonly Dictionary<string, DateTimeOffset> _hinted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _toHint = new(StringComparer.Ordinal);
    private Dictionary<string, int> _placesTold = new(StringComparer.Ordinal);
    private DateTimeOffset _placesToldAt;
    private bool _arePlacesStale;
    private int _hasWork;
    private int _everything;
    private Task _hint = Task.CompletedTask;

    /// <summary>Something about the job is different now.</summary>
    public void Changed(string jobId)
    {
        _changed[jobId] = true;
        _signal.Writer.TryWrite(true);
    }

    /// <summary>Every job that waits may look different: a worker came or went.</summary>
    public void Refresh()
    {
        Interlocked.Exchange(ref _everything, 1);
        _signal.Writer.TryWrite(true);
    }

    /// <summary>It, or an attempt at it, has ended: its previews are of the past.</summary>
    public void Ended(string jobId)
    {
        _progressTold.TryRemove(jobId, out _);
        relay.Forget(jobId);
        Changed(jobId);
    }

    /// <summary>A step was done. Boards see that by the previews; lists of jobs need it once a second.</summary>
    public void Progressed(string jobId)
    {
        var now = time.GetUtcNow();
        if (_progressTold.TryGetValue(jobId, out var told) && now - told < s_progressPace)
            return;
        _progressTold[jobId] = now;
        Changed(jobId);
    }

    /// <summary>There may be something to lease.</summary>
    public void WorkCame()
    {
        Interlocked.Exchange(ref _hasWork, 1);
        _signal.Writer.TryWrite(true);
    }

    /// <summary>A worker has to stop an attempt. Should this not reach it, its next heartbeat says so again.</summary>
    public void Stop(string worker, LeaseToken lease) => _ = ObserveAsync(workers.Clients.Client(worker).SendAsync(InferenceProtocol.Cancel, lease, CancellationToken.None));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What is still owed because it was too early for it is looked at again without a signal.
        while (_toHint.Count != 0 || _arePlacesStale || await _signal.Reader.WaitToReadAsync(stoppingToken))
        {
            while (_signal.Reader.TryRead(out _))
            {
                // The set has it all.
            }

            try
            {
                // Not awaited: one worker that does not read must not keep the news from everybody. They ask by themselves now and then.
                if (Interlocked.Exchange(ref _hasWork, 0) == 1 && _hint.IsCompleted)
                    _hint = ObserveAsync(workers.Clients.All.SendAsync(InferenceProtocol.WorkAvailable, CancellationToken.None));
                await TellAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // The database may be away for a moment. Who looks again sees the truth.
                logger.LogError(error, "News of jobs could not be told");
            }

            await Task.Delay(s_pace, time, stoppingToken);
        }
    }

    /// <summary>One round: tells what has changed since the last one, and what that one still owed.</summary>
    internal async Task TellAsync(CancellationToken cancellationToken)
    {
        // 1. What is due.
        List<string> ids = [];
        foreach (var id in _changed.Keys)
        {
            if (_changed.TryRemove(id, out _))
                ids.Add(id);
        }

        if (Interlocked.Exchange(ref _everything, 0) == 1)
        {
            _placesTold.Clear();
            _arePlacesStale = true;
        }

        _arePlacesStale |= ids.Count != 0;
        var now = time.GetUtcNow();
        var arePlacesDue = _arePlacesStale && now - _placesToldAt >= s_placesPace;
        if (ids.Count != 0 || arePlacesDue)
        {
            // Noted first: should the database be away, the next round is the next change's and not at once.
            if (arePlacesDue)
                (_arePlacesStale, _placesToldAt) = (false, now);
            await TellAsync(ids, arePlacesDue, cancellationToken);
        }

        // 2. Hints, to each person at their own pace.
        foreach (var owner in _toHint.Where(owner => now - _hinted.GetValueOrDefault(owner) >= s_hintPace).ToList())
        {
            _toHint.Remove(owner);
            _hinted[owner] = now;
            events.Publish(owner, UserEvent.JobsChanged);
        }

        foreach (var old in _hinted.Where(hint => now - hint.Value >= s_hintPace).Select(static hint => hint.Key).ToList())
            _hinted.Remove(old);
    }

    private async Task TellAsync(List<string> ids, bool arePlacesDue, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var queue = arePlacesDue ? await views.QueueAsync(db, cancellationToken) : null;
        string[] all = queue is null ? [.. ids] : [.. ids.Union(Moved(queue), StringComparer.Ordinal)];
        if (all.Length == 0)
            return;
        var jobs = await db.Set<Job>().AsNoTracking().Where(job => all.Contains(job.Id)).ToListAsync(cancellationToken);
        foreach (var view in await views.OfAsync(db, jobs, viewer: null, queue, cancellationToken))
        {
            relay.Tell(view);
            _toHint.Add(view.Actor);
        }
    }

    // The waiting jobs that stand elsewhere than was told, as far as anybody is there to be told.
    private List<string> Moved(QueueState queue)
    {
        var moved = new List<string>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var job in queue.Waiting)
        {
            var place = places.Count;
            places[job.Id] = place;
            if ((!_placesTold.TryGetValue(job.Id, out var before) || before != place) && (relay.IsWatched(job.BoardId) || events.IsHeardBy(job.UserId)))
                moved.Add(job.Id);
        }

        _placesTold = places;
        return moved;
    }

    private async Task ObserveAsync(Task sending)
    {
        try
        {
            await sending;
        }
        catch (Exception error)
        {
            logger.LogDebug(error, "A hint did not reach a worker");
        }
    }
}
