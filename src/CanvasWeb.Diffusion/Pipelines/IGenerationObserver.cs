using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>Hears how a generation goes, on the generating thread: return quickly.</summary>
public interface IGenerationObserver
{
    /// <summary>Asked after each step; a preview is only decoded when the answer is true.</summary>
    bool WantsPreview(int step, int steps);

    /// <summary>A step is done.</summary>
    /// <param name="step">From 1 to <paramref name="steps"/> (model calls).</param>
    /// <param name="elapsed">Wall time of this step, preview not included.</param>
    void StepDone(int step, int steps, TimeSpan elapsed);

    /// <summary>The current estimate of the clean picture; at most 256 px a side.</summary>
    void PreviewReady(int step, int steps, PixelImage preview);
}
