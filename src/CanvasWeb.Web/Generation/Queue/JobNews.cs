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
/// Changes that come close together are told once, as they are then.
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

    // One place: it says that there is something, the set says what.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly ConcurrentDictionary<string, bool> _changed = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _progressTold = new();
    private readonly Dictionary<string, int?> _placesTold = [];
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
        while (await _signal.Reader.WaitToReadAsync(stoppingToken))
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

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        List<string> ids = [];
        foreach (var id in _changed.Keys)
        {
            if (_changed.TryRemove(id, out _))
                ids.Add(id);
        }

        if (Interlocked.Exchange(ref _everything, 0) == 1)
            _placesTold.Clear();
        else if (ids.Count == 0)
            return;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);

        // Whenever one job moves, those behind it move up.
        var waiting = (await views.QueueAsync(db, cancellationToken)).Waiting.Select(static job => job.Id).ToList();
        string[] all = [.. ids.Union(waiting, StringComparer.Ordinal)];
        var jobs = await db.Set<Job>().AsNoTracking().Where(job => all.Contains(job.Id)).ToListAsync(cancellationToken);
        var owners = new HashSet<string>(StringComparer.Ordinal);
        var told = new Dictionary<string, int?>(StringComparer.Ordinal);
        foreach (var view in await views.OfAsync(db, jobs, viewer: null, cancellationToken))
        {
            if (view.State == JobState.Queued)
                told[view.Id] = view.Place;
            if (!ids.Contains(view.Id) && _placesTold.TryGetValue(view.Id, out var before) && before == view.Place)
                continue;
            relay.Tell(view);
            owners.Add(view.Actor);
        }

        _placesTold.Clear();
        foreach (var (id, place) in told)
            _placesTold[id] = place;
        foreach (var owner in owners)
            events.Publish(owner, UserEvent.JobsChanged);
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
