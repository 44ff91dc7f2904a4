using System.Diagnostics;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Benchmarks;

/// <summary>Takes a preview after every step, as a viewer does.</summary>
/// <param name="take">What is done with each; null only counts them.</param>
internal sealed class PreviewObserver(Action<PixelImage>? take = null) : IGenerationObserver
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpuAtStart = Environment.CpuUsage.TotalTime;

    /// <summary>From the making of this observer to the first preview, taken.</summary>
    public TimeSpan? FirstPreviewAfter { get; private set; }

    /// <summary>Processor time of the whole process until then.</summary>
    public TimeSpan FirstPreviewCpuTime { get; private set; }

    public int Previews { get; private set; }

    public bool WantsPreview(int step, int steps) => true;

    public void StepDone(int step, int steps, TimeSpan elapsed)
    {
    }

    public void PreviewReady(int step, int steps, PixelImage preview)
    {
        take?.Invoke(preview);
        Previews++;
        if (FirstPreviewAfter != null)
            return;
        FirstPreviewAfter = Stopwatch.GetElapsedTime(_started);
        FirstPreviewCpuTime = Environment.CpuUsage.TotalTime - _cpuAtStart;
    }
}
