using System.Threading.Channels;

namespace CanvasWeb.Web.Generation.Previews;

/// <summary>
/// One caller that waits for one job: the newest preview of each picture, and a hint that the job is different. Hints may be lost (another
/// replica's worker makes none here), so <see cref="WaitAsync"/> takes how long to go without one. Disposed by who opened it.
/// </summary>
internal sealed class JobWatch(string jobId, Action<JobWatch> close) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly SortedDictionary<int, PreviewMessage> _newest = [];

    public string JobId { get; } = jobId;

    /// <summary>Returns when there is a new preview or the job may have changed, or after a time.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await _signal.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // No hint came: who waits looks for itself.
        }
    }

    /// <summary>The previews that came since the last call, the newest of each picture.</summary>
    public IReadOnlyList<PreviewMessage> TakePreviews()
    {
        lock (_lock)
        {
            PreviewMessage[] taken = [.. _newest.Values];
            _newest.Clear();
            return taken;
        }
    }

    public void Offer(PreviewMessage preview)
    {
        lock (_lock)
            _newest[preview.Image] = preview;
        Hint();
    }

    public void Hint() => _signal.Writer.TryWrite(true);

    public void Dispose() => close(this);
}
