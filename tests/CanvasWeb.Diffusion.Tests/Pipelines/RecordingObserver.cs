using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>Keeps what it hears; may ask for the run to be cancelled after a step.</summary>
internal sealed class RecordingObserver : IGenerationObserver
{
    public List<int> Steps { get; } = [];

    public List<(int Step, PixelImage Image)> Previews { get; } = [];

    public bool WantsPreviews { get; init; } = true;

    public int CancelAfterStep { get; init; }

    public CancellationTokenSource? Cancellation { get; init; }

    public int Total { get; private set; }

    public bool WantsPreview(int step, int steps) => WantsPreviews;

    public void StepDone(int step, int steps, TimeSpan elapsed)
    {
        Steps.Add(step);
        Total = steps;
        if (step == CancelAfterStep)
            Cancellation?.Cancel();
    }

    public void PreviewReady(int step, int steps, PixelImage preview) => Previews.Add((step, preview));
}
