using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Inference.Benchmarks;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>bench</c>: is this machine, and this build, as fast as it should be?</summary>
internal static class BenchCommand
{
    /// <summary>More would take days and show nothing new.</summary>
    private const int MaxRepetitions = 10_000;

    public static Command Create(CommandHost host)
    {
        var pairs = Repetitions("--pairs", "Pairs of pipeline and bare model loop; 0 leaves the overhead out.", 15);
        var loads = Repetitions("--loads", "Loads for the time to the first preview; 0 leaves the speed out.", 5);
        var pictures = Repetitions("--pictures", "Pictures for the growth of memory; 0 leaves it out.", 100);
        var check = new Option<bool>("--check") { Description = "End with exit code 1 when a measure misses its bar, and say which." };
        var shared = new SharedOptions();
        var command = new Command("bench", "Measures pipeline overhead, time to the first preview and growth of memory, on the CPU.") { pairs, loads, pictures, check, QualityCommand.Create(host) };
        shared.AddModelOptionsTo(command);
        shared.AddReportOptionsTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = new BenchOptions(shared.ReadModelChoice(parsed), parsed.GetValue(pairs), parsed.GetValue(loads), parsed.GetValue(pictures), parsed.GetValue(check), shared.ReadReportOptions(parsed));
            if (options.Check)
                RefuseEmptyCheck(options);
            return Task.FromResult((int)Run(host, options, cancellationToken));
        });
        return command;
    }

    /// <summary>A check that cannot fail would be worse than none.</summary>
    private static void RefuseEmptyCheck(BenchOptions options)
    {
        if (options is { Pairs: 0, Loads: 0, Pictures: 0 })
            throw CommandException.Usage("There is nothing to --check: measure something.");
        if (options.Pictures is > 0 and < EngineBenchmark.LeastPicturesToCompare)
            throw CommandException.Usage(string.Create(CultureInfo.InvariantCulture, $"--check compares the memory of the first pictures with that of the last: --pictures must be 0 or at least {EngineBenchmark.LeastPicturesToCompare}."));
    }

    private static ExitCode Run(CommandHost host, BenchOptions options, CancellationToken cancellationToken)
    {
        var located = host.Models.Locate(options.Model);
        var progress = new RunProgress(host.ProgressFor(options.Report), host.Time, pictures: 1, savePreview: null);
        var machine = Machine();

        // The bars are about the CPU, and about our code: the reference path.
        var benchmark = new EngineBenchmark(located.Manifest, new OnnxModelOptions { Provider = ExecutionProvider.Cpu });
        var report = new BenchReport
        {
            Model = located.Identity.Reference(cancellationToken),
            Machine = machine,
            Overhead = options.Pairs > 0 ? benchmark.MeasureOverhead(options.Pairs, progress.Say, cancellationToken) : null,
            Speed = options.Loads > 0 ? benchmark.MeasureSpeed(options.Loads, progress.Say, cancellationToken) : null,
            Memory = options.Pictures > 0 ? benchmark.MeasureMemory(options.Pictures, progress.Say, cancellationToken) : null,
            Versions = ThisVersion.All(),
        };
        progress.Clear();
        if (options.Report.Json)
            host.Output.WriteLine(JsonSerializer.Serialize(report, InferenceJson.Readable.BenchReport));
        else
            WriteTable(host.Output, report);
        return options.Check ? Judge(host.Error, report) : ExitCode.Ok;
    }

    /// <summary>One sentence for each bar that is missed.</summary>
    internal static ExitCode Judge(TextWriter error, BenchReport report)
    {
        var missed = report.Bars.Where(bar => !bar.Met).ToArray();
        foreach (var bar in missed)
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Missed: {bar.Name} is {bar.Value:0.###}, and {bar.Bar:0.###} is the most that it may be."));
        return missed.Length == 0 ? ExitCode.Ok : ExitCode.BarMissed;
    }

    private static void WriteTable(TextWriter output, BenchReport report)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Model.Name} on {report.Machine.Cores} cores ({report.Machine.Architecture}), load average {report.Machine.LoadAverage?.ToString("0.0", CultureInfo.InvariantCulture) ?? "unknown"}, ONNX Runtime {report.Versions.OnnxRuntime}"));
        if (report.Overhead is { } overhead)
        {
            Row($"pipeline, previews on", $"{overhead.PipelineMs:0.0} ms", $"");
            Row($"bare session.Run loop", $"{overhead.BareMs:0.0} ms", $"");
            Row($"ratio, median of {overhead.Pairs} pairs", $"{overhead.Ratio:0.000}", $"at most {overhead.RatioBar:0.00}");
            Row($"  of processor times", $"{overhead.CpuRatio:0.000}", $"at most {overhead.RatioBar:0.00}");
        }

        if (report.Speed is { } speed)
        {
            Row($"load", $"{speed.LoadMs:0} ms", $"");
            if (speed.FirstPreviewMs is { } firstPreview)
                Row($"first preview after load", $"{firstPreview:0} ms", $"at most {speed.FirstPreviewBarMs:0} ms");
            if (speed.FirstPreviewCpuMs is { } firstPreviewCpu)
                Row($"  its processor time", $"{firstPreviewCpu:0} ms", $"at most {speed.FirstPreviewBarMs:0} ms");
            Row($"first picture, {speed.Steps} steps", $"{speed.FirstPictureMs:0} ms", $"");
            Row($"later pictures, {speed.Steps} steps", $"{speed.PictureMs:0} ms", $"at most {speed.PictureBarMs:0} ms");
            Row($"  their processor time", $"{speed.PictureCpuMs:0} ms", $"at most {speed.PictureBarMs:0} ms");
        }

        if (report.Memory is { } memory)
        {
            Row($"resident after warm-up", $"{memory.ResidentBytesAfterWarmUp / 1e6:0.0} MB", $"");
            Row($"resident after {memory.Pictures} pictures", $"{memory.ResidentBytesAtEnd / 1e6:0.0} MB", $"");
            Row($"growth", $"{memory.Growth:P1}", $"at most {memory.GrowthBar:P0}");
        }

        void Row(FormattableString name, FormattableString value, FormattableString bar) =>
            output.WriteLine($"{FormattableString.Invariant(name),-36}{FormattableString.Invariant(value),12}   {FormattableString.Invariant(bar)}".TrimEnd());
    }

    internal static MachineDescription Machine()
    {
        const string loadFile = "/proc/loadavg";
        double? load = File.Exists(loadFile) ? double.Parse(File.ReadAllText(loadFile).Split(' ')[0], CultureInfo.InvariantCulture) : null;
        return new MachineDescription(RuntimeInformation.OSDescription, RuntimeInformation.ProcessArchitecture.ToString(), Environment.ProcessorCount, load);
    }

    private static Option<int> Repetitions(string name, string description, int standard) =>
        SharedOptions.Number(name, "N", description, 0, MaxRepetitions, standard);
}
