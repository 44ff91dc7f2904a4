using System.Diagnostics;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Wall time of each stage, in the order run.</summary>
internal sealed class StageClock
{
    private readonly List<StageTiming> _timings = [];
    private long _since = Stopwatch.GetTimestamp();

    public IReadOnlyList<StageTiming> Timings => _timings;

    /// <summary>Books the time since the last call under this name.</summary>
    public void Done(string stage)
    {
        var now = Stopwatch.GetTimestamp();
        _timings.Add(new StageTiming(stage, Stopwatch.GetElapsedTime(_since, now)));
        _since = now;
    }
}
