using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Generation.Jobs;

namespace CanvasWeb.Web.Generation.Queue;

/// <summary>How far an attempt is, in memory: a row that is written at every step would cost more than it tells.</summary>
internal sealed class RunningJob(Job job)
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _firstStepAt;
    private int _firstSteps;
    private int _stepsDone;
    private int _stepsTotal = job.StepsTotal;

    public string Id { get; } = job.Id;

    public int Attempt { get; } = job.Attempt;

    public string Model { get; } = job.Model;

    public string UserId { get; } = job.UserId;

    public string BoardId { get; } = job.BoardId;

    public NodeId FrameId { get; } = new(job.FrameId);

    public WorldRect Frame { get; } = job.Plan.Frame;

    public WorldRect Crop { get; } = job.Plan.Crop;

    public int StepsDone
    {
        get
        {
            lock (_lock)
                return _stepsDone;
        }
    }

    public int StepsTotal
    {
        get
        {
            lock (_lock)
                return _stepsTotal;
        }
    }

    public void Report(StepReport report, DateTimeOffset now)
    {
        lock (_lock)
        {
            // How many steps there really are is known with the first one: strength leaves some out.
            _stepsTotal = job.Count * Math.Max(1, report.Steps);
            _stepsDone = Math.Clamp((report.Image * report.Steps) + report.Step, _stepsDone, _stepsTotal);
            if (_firstStepAt is null)
                (_firstStepAt, _firstSteps) = (now, _stepsDone);
        }
    }

    /// <summary>Until the last picture is there, as this attempt goes so far, or by what the model usually takes; null when neither is known.</summary>
    /// <param name="usualStepMs">What the model takes for a step as a rule.</param>
    public long? EtaMs(DateTimeOffset now, double? usualStepMs)
    {
        lock (_lock)
        {
            // A few steps are needed to tell anything: the first ones warm up.
            var stepMs = _stepsDone - _firstSteps >= 4 ? StepMs(now) : usualStepMs ?? StepMs(now);
            return stepMs is null ? null : (long)Math.Ceiling((_stepsTotal - _stepsDone) * stepMs.Value);
        }
    }

    /// <summary>What a step took with all that comes with it; null if too few were seen.</summary>
    public double? MeasureStep(DateTimeOffset now)
    {
        lock (_lock)
            return StepMs(now);
    }

    private double? StepMs(DateTimeOffset now) =>
        _firstStepAt is { } first && _stepsDone > _firstSteps && now > first ? (now - first).TotalMilliseconds / (_stepsDone - _firstSteps) : null;
}
