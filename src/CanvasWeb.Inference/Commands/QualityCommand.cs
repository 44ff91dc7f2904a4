using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Benchmarks.Quality;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>bench quality</c>: is this model as good as it should be? Prints a table of the project's bars; a page, a sheet and every picture go to a folder.</summary>
internal static class QualityCommand
{
    /// <summary>What <c>--quick</c> takes: enough that every question is asked.</summary>
    private const int QuickPromptsOfGroup = 3;

    private const string SheetFile = "sheet.jpg";

    public static Command Create(CommandHost host)
    {
        var outFolder = new Option<string>("--out") { Description = "Folder for pictures, contact sheet, results.json and results.md.", HelpName = "DIR", DefaultValueFactory = _ => "quality" };
        var suite = new Option<string?>("--suite") { Description = "Folder with the suite and the judge. Default: tests/quality beside the program or above it.", HelpName = "DIR" };
        var only = new Option<IReadOnlySet<QualityPart>?>("--only") { Description = $"Some parts only, separated by commas: {string.Join(", ", Names())}. Default: all.", HelpName = "PARTS", CustomParser = ParseParts };
        var prompts = SharedOptions.OptionalNumber("--prompts", "N", "Only the first N prompts of each group and language.", 1, QualityOptions.MaxPromptsOfGroup);
        var seeds = SharedOptions.OptionalNumber("--seeds", "N", $"Pictures of each prompt, 1 to {QualityOptions.MaxSeeds}. Default: 2.", 1, QualityOptions.MaxSeeds);
        var quick = new Option<bool>("--quick") { Description = "A few prompts and one seed: whether everything runs, not how good the model is, so no bar is held against it." };
        var resume = new Option<bool>("--resume") { Description = "Take pictures that lie in the folder from an earlier run of the same model." };
        var bars = new Option<BarKind>("--bars") { Description = "cpu or gpu: what the model was trained on decides which bars hold.", HelpName = "KIND", CustomParser = ParseBars };
        var check = new Option<bool>("--check") { Description = "End with exit code 1 when a bar is missed, and say which." };
        var shared = new SharedOptions();
        var command = new Command("quality", "Judges a model's pictures by a fixed suite of prompts and an independent classifier.") { outFolder, suite, only, prompts, seeds, quick, resume, bars, check };
        shared.AddModelOptionsTo(command);
        shared.AddDeviceTo(command);
        shared.AddReportOptionsTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var isQuick = parsed.GetValue(quick);
            var quality = new QualityOptions
            {
                Parts = parsed.GetValue(only) ?? AllParts(),
                PromptsOfGroup = parsed.GetValue(prompts) ?? (isQuick ? QuickPromptsOfGroup : QualityOptions.MaxPromptsOfGroup),
                Seeds = parsed.GetValue(seeds) ?? (isQuick ? 1 : 2),
                Folder = parsed.GetRequiredValue(outFolder),
                Resume = parsed.GetValue(resume),
            };
            if (parsed.GetValue(check) && quality.PromptsOfGroup < QualityOptions.MaxPromptsOfGroup)
                throw CommandException.Usage("--check needs all prompts: leave out --quick and --prompts.");
            return (int)await RunAsync(host, new QualityCommandOptions(shared.ReadModelChoice(parsed), parsed.GetValue(suite), quality, parsed.GetValue(bars), parsed.GetValue(check), shared.ReadReportOptions(parsed)), cancellationToken);
        });
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandHost host, QualityCommandOptions options, CancellationToken cancellationToken)
    {
        // 1. What is needed, before anything slow.
        var suite = QualitySuite.Load(options.SuiteFolder ?? QualitySuite.Find(AppContext.BaseDirectory)
            ?? throw new CommandException(ExitCode.Input, "suite_missing", "No folder tests/quality lies beside the program or above it: run it inside the repository, or name the folder with --suite."));
        var located = host.Models.Locate(options.Model);
        var folder = options.Quality.Folder ?? throw new ArgumentException("The command always has a folder.", nameof(options));
        var pictures = Path.Combine(folder, "pictures");
        var model = located.Identity.Reference(cancellationToken);
        if (options.Quality.Resume)
            await CheckSameModelAsync(Path.Combine(pictures, "model.json"), model, cancellationToken);
        CreateFolder(pictures);
        await AtomicFile.WriteAllBytesAsync(Path.Combine(pictures, "model.json"), JsonSerializer.SerializeToUtf8Bytes(model, InferenceJson.Readable.ModelReference), cancellationToken);

        // 2. Parts, each printed as soon as it is known, and saved, so that a run that is stopped has not been for nothing.
        var progress = new RunProgress(host.ProgressFor(options.Report), host.Time, pictures: 1, savePreview: null);
        using var judge = QualityJudge.Load(suite.Folder, cancellationToken);
        using var clip = OwnClip.Load(located.Manifest, cancellationToken);
        using var opened = host.Models.Open(options.Model, progress.Say, cancellationToken);
        var benchmark = new QualityBenchmark(suite, options.Quality, located.Manifest, opened.Pipeline, judge, clip, new PictureStore(pictures, options.Quality.Resume), progress.Say);
        var isJudged = options.Quality.PromptsOfGroup == QualityOptions.MaxPromptsOfGroup;
        var (machine, rows) = (BenchCommand.Machine(), new List<QualityLine>());
        if (!options.Report.Json)
            host.Output.WriteLine(QualityTable.Header(isJudged));
        foreach (var part in Enum.GetValues<QualityPart>().Where(options.Quality.Parts.Contains))
        {
            var measured = (await benchmark.MeasureAsync(part, cancellationToken)).Select(row => QualityLine.Of(row, options.Bars) is var line && isJudged ? line : line with { IsMet = null }).ToList();
            progress.Clear();
            rows.AddRange(measured);
            if (!options.Report.Json)
                measured.ForEach(line => host.Output.WriteLine(QualityTable.Line(line, isJudged)));
            await SaveAsync(folder, Report(isDone: false), cancellationToken);
        }

        // 3. The whole.
        benchmark.FillSheet(cancellationToken);
        if (benchmark.Sheet.Compose() is { } sheet)
            await AtomicFile.WriteAllBytesAsync(Path.Combine(folder, SheetFile), PictureFiles.Encode(sheet, SheetFile, parameters: null), cancellationToken);
        var report = Report(isDone: true);
        await SaveAsync(folder, report, cancellationToken);
        if (options.Report.Json)
            host.Output.WriteLine(JsonSerializer.Serialize(report, InferenceJson.Readable.QualityReport));
        else
            report.LeftOut.ToList().ForEach(line => host.Output.WriteLine($"not measured: {line}"));
        return options.Check ? Judge(host.Error, report) : ExitCode.Ok;

        QualityReport Report(bool isDone) => new()
        {
            Model = model,
            Machine = machine,
            Versions = ThisVersion.All(),
            Bars = options.Bars == BarKind.Gpu ? "gpu" : "cpu",
            Seeds = options.Quality.Seeds,
            IsJudged = isJudged,
            IsWhole = isDone && isJudged && options.Quality.Parts.SetEquals(AllParts()),
            Rows = [.. rows],
            Things = benchmark.Things,
            LeftOut = [.. benchmark.LeftOut],
        };
    }

    /// <summary>One sentence for each bar that is missed.</summary>
    internal static ExitCode Judge(TextWriter error, QualityReport report)
    {
        foreach (var row in report.Rows.Where(row => row.IsMet == false))
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Missed: {row.Name.Trim()} is {row.Made?.ToString("0.###", CultureInfo.InvariantCulture) ?? "unknown"}, and {row.Bar:0.###} is the {(row.IsMost ? "most" : "least")} that it may be."));
        return report.Missed.Count == 0 ? ExitCode.Ok : ExitCode.BarMissed;
    }

    /// <summary>Pictures of another model would be judged as this one's.</summary>
    private static async Task CheckSameModelAsync(string file, ModelReference model, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            return;
        var earlier = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(file, cancellationToken), InferenceJson.Readable.ModelReference);
        if (earlier != model)
            throw new CommandException(ExitCode.Input, "other_model", $"The pictures in {Path.GetDirectoryName(file)} are of another model ({earlier?.Name}): leave out --resume, or name another folder with --out.");
    }

    private static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Explain(path, exception);
        }
    }

    private static async Task SaveAsync(string folder, QualityReport report, CancellationToken cancellationToken)
    {
        await AtomicFile.WriteAllBytesAsync(Path.Combine(folder, "results.json"), JsonSerializer.SerializeToUtf8Bytes(report, InferenceJson.Readable.QualityReport), cancellationToken);
        await AtomicFile.WriteAllBytesAsync(Path.Combine(folder, "results.md"), Encoding.UTF8.GetBytes(QualityTable.Page(report)), cancellationToken);
    }

    private static HashSet<QualityPart> AllParts() => [.. Enum.GetValues<QualityPart>()];

    private static IEnumerable<string> Names() => Enum.GetNames<QualityPart>().Select(name => name.ToLowerInvariant());

    private static HashSet<QualityPart> ParseParts(ArgumentResult result)
    {
        var parts = new HashSet<QualityPart>();
        foreach (var name in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Enum.TryParse<QualityPart>(name, ignoreCase: true, out var part) || int.TryParse(name, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"--only: there is no part '{name}'; there are {string.Join(", ", Names())}.");
                return parts;
            }

            parts.Add(part);
        }

        if (parts.Count == 0)
            result.AddError("--only: name at least one part.");
        return parts;
    }

    private static BarKind ParseBars(ArgumentResult result)
    {
        if (Enum.TryParse<BarKind>(result.Tokens[0].Value, ignoreCase: true, out var kind) && Enum.IsDefined(kind))
            return kind;
        result.AddError($"--bars {result.Tokens[0].Value}: there is cpu and gpu.");
        return BarKind.Cpu;
    }
}
