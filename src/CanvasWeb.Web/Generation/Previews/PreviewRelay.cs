using CanvasWeb.Web.Boards;
using Microsoft.AspNetCore.SignalR;

namespace CanvasWeb.Web.Generation.Previews;

/// <summary>
/// Brings previews and job changes to whoever looks at a board. Each viewer has a sending loop of their own that takes the newest there is, so a
/// viewer that never reads holds up nobody but themselves. The board's hub tells who looks. Memory only.
/// </summary>
internal sealed class PreviewRelay(IHubContext<BoardHub, IBoardClient> hub, BoardJobs jobs, JobWatches watches, GenerationMeter meter, TimeProvider time, ILogger<PreviewRelay> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PreviewViewer> _viewers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<PreviewViewer>> _boards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JobPreviews> _newest = new(StringComparer.Ordinal);

    /// <summary>
    /// A connection looks at a board from now on. It gets a <c>jobChanged</c> for each job that is open or has candidates to choose from, and the
    /// newest preview of those that run, at once.
    /// </summary>
    public void Join(string boardId, string connectionId, string userId) => Join(boardId, connectionId, userId, hub.Clients.Client(connectionId));

    /// <summary>The same for a connection to another hub.</summary>
    /// <param name="userId">Whose jobs are told as their own; empty for nobody's.</param>
    public void Join(string boardId, string connectionId, string userId, IBoardClient client)
    {
        Leave(connectionId);
        var viewer = new PreviewViewer(userId, client, token => jobs.OfAsync(boardId, userId, token), meter, time, logger);
        lock (_lock)
        {
            _viewers[connectionId] = viewer;
            if (!_boards.TryGetValue(boardId, out var viewers))
                _boards[boardId] = viewers = [];
            viewers.Add(viewer);
            foreach (var preview in _newest.Values.Where(job => job.BoardId == boardId).SelectMany(static job => job.Images.Values))
                viewer.Offer(preview);
        }

        viewer.Start();
    }

    /// <summary>The connection is gone or looks elsewhere. Unknown ones are nothing special.</summary>
    public void Leave(string connectionId)
    {
        PreviewViewer? viewer;
        lock (_lock)
        {
            if (!_viewers.Remove(connectionId, out viewer))
                return;
            foreach (var (boardId, viewers) in _boards)
            {
                if (viewers.Remove(viewer) && viewers.Count == 0)
                    _boards.Remove(boardId);
            }
        }

        viewer.Dispose();
    }

    /// <summary>The connection has painted a preview of this job: the next may come.</summary>
    public void Acknowledge(string connectionId, string jobId, int step)
    {
        PreviewViewer? viewer;
        lock (_lock)
            viewer = _viewers.GetValueOrDefault(connectionId);
        viewer?.Acknowledge(jobId, step);
    }

    /// <summary>A preview came from a worker. Only takes note of it: sending is each viewer's own affair.</summary>
    public void Publish(string boardId, PreviewMessage preview)
    {
        watches.Publish(preview);
        lock (_lock)
        {
            if (!_newest.TryGetValue(preview.Job, out var job))
                _newest[preview.Job] = job = new(boardId, []);
            job.Images[preview.Image] = preview;
            if (!_boards.TryGetValue(boardId, out var viewers))
                return;
            foreach (var viewer in viewers)
                viewer.Offer(preview);
        }
    }

    /// <summary>Somebody looks at this board.</summary>
    public bool IsWatched(string boardId)
    {
        lock (_lock)
            return _boards.ContainsKey(boardId);
    }

    /// <summary>A job is different now.</summary>
    public void Tell(JobView job)
    {
        watches.Changed(job.Id);
        lock (_lock)
        {
            if (!_boards.TryGetValue(job.BoardId, out var viewers))
                return;
            foreach (var viewer in viewers)
                viewer.Offer(job);
        }
    }

    /// <summary>A job has ended or starts anew: its previews are of the past.</summary>
    public void Forget(string jobId)
    {
        lock (_lock)
        {
            if (!_newest.Remove(jobId, out var job) || !_boards.TryGetValue(job.BoardId, out var viewers))
                return;
            foreach (var viewer in viewers)
                viewer.Forget(jobId);
        }
    }

    private sealed record JobPreviews(string BoardId, SortedDictionary<int, PreviewMessage> Images);
}
