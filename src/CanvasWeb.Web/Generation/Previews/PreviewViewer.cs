using System.Threading.Channels;
using CanvasWeb.Web.Boards;

namespace CanvasWeb.Web.Generation.Previews;

/// <summary>
/// What one connection is still to get: the newest state of each job, and of each running job the newest preview of each picture. SignalR's
/// send waits for a connection whose buffer is full; here that holds up this loop alone, while newer things replace older ones in their slots.
/// What is kept is bounded by the jobs of the board.
/// </summary>
internal sealed class PreviewViewer(
    string userId, IBoardClient client, Func<CancellationToken, Task<IReadOnlyList<JobView>>> readJobs, GenerationMeter meter, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Dictionary<string, JobView> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Slot> _previews = new(StringComparer.Ordinal);

    public void Start() => _ = RunAsync(_stop.Token);

    /// <summary>Ends the loop, but does not wait for it.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _jobs.Clear();
            _previews.Clear();
        }

        // A loop that waits for a connection that does not read ends when the connection is closed: nobody waits for it here.
        _stop.Cancel();
        _stop.Dispose();
    }

    public void Offer(JobView job)
    {
        lock (_lock)
            _jobs[job.Id] = job with { Mine = job.Actor == userId };
        _signal.Writer.TryWrite(true);
    }

    public void Offer(PreviewMessage preview)
    {
        lock (_lock)
        {
            if (!_previews.TryGetValue(preview.Job, out var slot))
                _previews[preview.Job] = slot = new();
            slot.Waiting[preview.Image] = preview;
            if (slot.InFlight is not null)
                return;
        }

        _signal.Writer.TryWrite(true);
    }

    public void Acknowledge(string jobId, int step)
    {
        lock (_lock)
        {
            if (!_previews.TryGetValue(jobId, out var slot) || slot.InFlight != step)
                return;
            slot.InFlight = null;
            if (slot.Waiting.Count == 0)
                return;
        }

        _signal.Writer.TryWrite(true);
    }

    public void Forget(string jobId)
    {
        lock (_lock)
            _previews.Remove(jobId);
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            // Not on the caller's thread: it holds the board's hub.
            await Task.Yield();
            foreach (var job in await readJobs(stop))
            {
                lock (_lock)
                    _jobs.TryAdd(job.Id, job); // A change that came meanwhile is newer.
            }

            _signal.Writer.TryWrite(true);
            while (await _signal.Reader.WaitToReadAsync(stop))
            {
                _signal.Reader.TryRead(out _);
                while (!stop.IsCancellationRequested && await SendNextAsync())
                {
                    // Until there is nothing that may be sent.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The viewer left.
        }
        catch (Exception error)
        {
            logger.LogWarning(error, "A viewer gets no more news of jobs until they join again");
        }
    }

    private async Task<bool> SendNextAsync()
    {
        JobView? job;
        PreviewMessage? preview = null;
        lock (_lock)
        {
            job = _jobs.Values.FirstOrDefault();
            if (job is not null)
                _jobs.Remove(job.Id);
            else
                preview = TakePreview();
        }

        if (job is not null)
        {
            await client.JobChanged(job);
            return true;
        }

        if (preview is null)
            return false;
        await client.Preview(preview);
        meter.PreviewSent(Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - preview.EndedAtMs));
        return true;
    }

    // The caller holds the lock.
    private PreviewMessage? TakePreview()
    {
        foreach (var slot in _previews.Values)
        {
            if (slot.InFlight is not null || slot.Waiting.Count == 0)
                continue;
            var (image, preview) = slot.Waiting.First();
            slot.Waiting.Remove(image);
            slot.InFlight = preview.Step;
            return preview;
        }

        return null;
    }

    private sealed class Slot
    {
        /// <summary>The newest preview of each picture that was not sent yet.</summary>
        public SortedDictionary<int, PreviewMessage> Waiting { get; } = [];

        /// <summary>The step that was sent and not acknowledged yet.</summary>
        public int? InFlight { get; set; }
    }
}
