using CanvasWeb.Inference.Commands;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Tests.Commands;

/// <summary>What <c>bench --check</c> lets pass. The measuring itself is tested with a real model as a child process.</summary>
public sealed class BenchTests
{
    private static readonly OverheadResult Overhead = new() { Pairs = 1, ModelCalls = 1, PipelineMs = 1, BareMs = 1, Ratio = 1.03, CpuRatio = 1.03 };

    private static readonly SpeedResult Speed = new() { Loads = 1, Steps = 15, LoadMs = 1, FirstPreviewMs = 300, FirstPreviewCpuMs = 300, FirstPictureMs = 9999, PictureMs = 2000, PictureCpuMs = 2000 };

    private static readonly MemoryResult Memory = new() { Pictures = 100, ResidentBytesAfterWarmUp = 100, ResidentBytesAtEnd = 105, Growth = 0.05 };

    [Fact]
    public void What_is_exactly_at_its_bar_passes() => Judge(Report(Overhead, Speed, Memory), ExitCode.Ok);

    [Fact]
    public void Each_missed_bar_fails_and_is_named()
    {
        Judge(Report(Overhead with { Ratio = 1.031 }, Speed, Memory), ExitCode.BarMissed, "overhead, wall time is 1.031, and 1.03 ");
        Judge(Report(Overhead with { CpuRatio = 1.04 }, Speed, Memory), ExitCode.BarMissed, "overhead, processor time");
        Judge(Report(Overhead, Speed with { FirstPreviewMs = 301 }, Memory), ExitCode.BarMissed, "first preview in ms, wall time");
        Judge(Report(Overhead, Speed with { FirstPreviewCpuMs = 301 }, Memory), ExitCode.BarMissed, "first preview in ms, processor time");
        Judge(Report(Overhead, Speed with { PictureMs = 2001 }, Memory), ExitCode.BarMissed, "picture in ms, wall time");
        Judge(Report(Overhead, Speed with { PictureCpuMs = 2001 }, Memory), ExitCode.BarMissed, "picture in ms, processor time");
        Judge(Report(Overhead, Speed, Memory with { Growth = 0.051 }), ExitCode.BarMissed, "growth of memory");
    }

    [Fact]
    public void All_missed_bars_are_named_a_line_each() =>
        Judge(Report(Overhead with { Ratio = double.NaN }, Speed with { PictureMs = 9e9 }, memory: null), ExitCode.BarMissed, "overhead, wall time", "picture in ms, wall time");

    [Fact]
    public void What_was_not_measured_is_not_judged()
    {
        Judge(Report(Overhead, speed: null, memory: null), ExitCode.Ok);
        Judge(Report(overhead: null, Speed with { FirstPreviewMs = null, FirstPreviewCpuMs = null }, memory: null), ExitCode.Ok);
    }

    private static void Judge(BenchReport report, ExitCode expected, params string[] missed)
    {
        using var error = new StringWriter { NewLine = "\n" };

        Assert.Equal(expected, BenchCommand.Judge(error, report));

        var lines = error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(missed.Length, lines.Length);
        foreach (var (name, line) in missed.Zip(lines))
            Assert.Contains(name, line, StringComparison.Ordinal);
    }

    private static BenchReport Report(OverheadResult? overhead, SpeedResult? speed, MemoryResult? memory) => new()
    {
        Model = new ModelReference("fake", "fake", "0"),
        Machine = new MachineDescription("os", "x64", 2, LoadAverage: null),
        Overhead = overhead,
        Speed = speed,
        Memory = memory,
        Versions = new SoftwareVersions("1", "10", "1"),
    };
}
