using System.Diagnostics.Metrics;

namespace CanvasWeb.Web.Generation;

/// <summary>What operators watch of generations. The meter's name is CanvasWeb.Generation.</summary>
internal sealed class GenerationMeter
{
    private readonly Counter<long> _jobs;
    private readonly Histogram<double> _steps;
    private readonly Histogram<double> _previews;
    private long _queueLength;

    public GenerationMeter(IMeterFactory meters)
    {
        var meter = meters.Create("CanvasWeb.Generation");
        _jobs = meter.CreateCounter<long>("generation.jobs", "{job}", "Jobs that ended, by state.");
        _steps = meter.CreateHistogram<double>("generation.step.duration", "ms", "Wall time of a denoising step, preview not included.");
        _previews = meter.CreateHistogram<double>("generation.preview.latency", "ms", "From the end of a step on the worker until its preview was handed to a viewer's connection.");
        meter.CreateObservableGauge("generation.queue.length", () => Interlocked.Read(ref _queueLength), "{job}", "Jobs that wait for a worker.");
    }

    public void JobEnded(JobState state) => _jobs.Add(1, new KeyValuePair<string, object?>("state", state.ToString()));

    public void StepDone(double elapsedMs) => _steps.Record(elapsedMs);

    public void PreviewSent(double latencyMs) => _previews.Record(latencyMs);

    public void QueueIs(int length) => Interlocked.Exchange(ref _queueLength, length);
}
