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
    private bool _isChanged;

    public string JobId { get; } = jobId;

    /// <summary>Returns when there is a new preview or the job may have changed, or after a time.</summary>
    /// <returns>False when nothing came in that time.</returns>
    public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await _signal.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
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

    /// <summary>Whether the job may be different since the last call.</summary>
    public bool TakeChanged()
    {
        lock (_lock)
        {
            var was = _isChanged;
            _isChanged = false;
            return was;
        }
    }

    public void Offer(PreviewMessage preview)
    {
        lock (_lock)
            _newest[preview.Image] = preview;
        _signal.Writer.TryWrite(true);
    }

    public void Changed()
    {
        lock (_lock)
            _isChanged = true;
        _signal.Writer.TryWrite(true);
    }

    public void Dispose() => close(this);
}
