using System.Diagnostics;
using CanvasWeb.Diffusion.Previews;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Tells an observer about each model call and decodes a preview when it wants one.</summary>
/// <param name="observer">Null: nobody listens, and no estimate of the clean picture is asked for.</param>
/// <param name="preview">Decodes the estimate; null where the model has no way to.</param>
/// <param name="original">Where the scheduler writes its estimate of the clean latents.</param>
/// <param name="calls">Model calls of this loop.</param>
internal sealed class StepReporter(IGenerationObserver? observer, ILatentPreview? preview, Tensor original, int calls)
{
    private long _since;

    /// <summary>For <c>IScheduler.Step</c>: empty when nobody would look at it.</summary>
    public Span<float> Estimate => observer is null ? [] : original.Span;

    public void StepBegins() => _since = Stopwatch.GetTimestamp();

    /// <param name="step">From 1.</param>
    public void StepDone(int step, CancellationToken cancellationToken)
    {
        if (observer is null)
            return;
        observer.StepDone(step, calls, Stopwatch.GetElapsedTime(_since));
        if (preview is not null && observer.WantsPreview(step, calls))
            observer.PreviewReady(step, calls, preview.Decode(original.Span, cancellationToken));
    }
}
