using CanvasWeb.Contracts;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Worker;

/// <summary>Turns what a generation says into step reports. A step's report waits for its preview, which follows at once.</summary>
/// <param name="film">Gets every preview.</param>
internal sealed class JobObserver(JobLease lease, int image, StepSender sender, FilmRecorder film, TimeProvider time) : IGenerationObserver
{
    private StepReport? _pending;

    public bool WantsPreview(int step, int steps) => step < steps;

    public void StepDone(int step, int steps, TimeSpan elapsed)
    {
        Flush();
        _pending = new StepReport
        {
            JobId = lease.JobId,
            Attempt = lease.Attempt,
            Image = image,
            Step = step,
            Steps = steps,
            StepMs = elapsed.TotalMilliseconds,
            EndedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        if (!WantsPreview(step, steps))
            Flush();
    }

    public void PreviewReady(int step, int steps, PixelImage preview)
    {
        film.Add(step, steps, preview);
        if (_pending is { } report && report.Step == step)
            _pending = report with { Preview = ImageEncoder.EncodePreview(preview, InferenceProtocol.PreviewMaxSide, InferenceProtocol.PreviewMaxBytes).Bytes };
        Flush();
    }

    /// <summary>Sends a report whose preview did not come.</summary>
    public void Flush()
    {
        if (_pending is { } report)
            sender.Post(report);
        _pending = null;
    }
}
