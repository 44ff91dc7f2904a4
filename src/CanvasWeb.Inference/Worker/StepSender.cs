using System.Threading.Channels;
using CanvasWeb.Contracts;

namespace CanvasWeb.Inference.Worker;

/// <summary>
/// Sends step reports beside the generation, which must not wait for a network. When the line is slower than the steps, the oldest
/// reports are dropped: only the newest preview is worth seeing.
/// </summary>
internal sealed class StepSender(Func<StepReport, CancellationToken, Task> send)
{
    private readonly Channel<StepReport> _queue = Channel.CreateBounded<StepReport>(new BoundedChannelOptions(4) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Post(StepReport report) => _queue.Writer.TryWrite(report);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var report in _queue.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                await send(report, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // Without a connection there is nobody to show it to; the job goes on.
            }
        }
    }
}
