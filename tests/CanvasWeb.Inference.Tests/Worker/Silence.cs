using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Tests.Worker;

/// <summary>Hears nothing.</summary>
internal sealed class Silence : IGenerationObserver
{
    public bool WantsPreview(int step, int steps) => false;

    public void StepDone(int step, int steps, TimeSpan elapsed)
    {
    }

    public void PreviewReady(int step, int steps, PixelImage preview)
    {
    }
}
