using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Inference.Models;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary>
/// The options that verbs share, defined once. A verb makes its own instance (System.CommandLine's symbols belong to one command),
/// adds the groups it takes and reads them back as typed records.
/// </summary>
internal sealed class SharedOptions
{
    /// <summary>Enough for any overnight run, small enough that a slip of the keyboard does not fill the disk.</summary>
    public const int MaxCount = 1000;

    /// <summary>The training schedule of every supported family has 1000 steps; no sampler can take more.</summary>
    public const int MaxSteps = 1000;

    private readonly Option<string> _negative = new("--negative") { Description = "What the picture should not show.", HelpName = "PROMPT" };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "The same seed and settings give the same bytes. Default: drawn, and shown.", HelpName = "N" };
    private readonly Option<int?> _steps = new("--steps") { Description = $"Denoising steps, 1 to {MaxSteps}. Default: the model's.", HelpName = "N" };
    private readonly Option<float?> _guidance = new("--guidance") { Description = "How closely to follow the prompt; 1 or less switches guidance off. Default: the model's.", HelpName = "SCALE" };
    private readonly Option<SchedulerKind?> _scheduler = new("--scheduler") { HelpName = "NAME", CustomParser = ParseScheduler };
    private readonly Option<int> _count = new("--count") { Description = $"How many pictures, 1 to {MaxCount}. More than one writes NAME-0.png, NAME-1.png, ...", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _imageIndex = new("--image-index") { Description = "Index of the first picture: picture k of --count equals the single run with --image-index k.", HelpName = "K", DefaultValueFactory = _ => 0 };
    private readonly Option<string?> _model = new("--model") { Description = "A model's name (see the verb `models`) or the path of its folder. Default: canvas-mini, or the only model there is.", HelpName = "NAME" };
    private readonly Option<string?> _models = new("--models") { Description = "Folder with the models' folders. Default: CANVASWEB_MODELS, else `models` beside the program or in the repository.", HelpName = "DIR" };
    private readonly Option<ExecutionProvider> _device = new("--device") { Description = "auto, cpu or cuda. Auto takes CUDA where it is installed and works. The same bytes are promised on the same device only.", HelpName = "NAME", CustomParser = ParseDevice, DefaultValueFactory = _ => ExecutionProvider.Auto };
    private readonly Option<string?> _out = new("--out") { Description = "File to write (.png, .jpg or .webp; an existing one is replaced) or folder. Default: a name made from prompt and seed.", HelpName = "FILE" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace existing files also where the name was not given by --out." };
    private readonly Option<string?> _previews = new("--previews") { Description = "Folder that receives a small picture after every step.", HelpName = "DIR" };
    private readonly Option<bool> _noMetadata = new("--no-metadata") { Description = "Do not write the parameters into the file." };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object on stdout instead of lines." };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Nothing on stderr but errors." };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Errors with all their details." };

    public SharedOptions()
    {
        _scheduler.Description = $"Sampler: {string.Join(", ", SchedulerNames.All)}. Default: the model's.";
        _steps.Validators.Add(result => CheckRange(result, result.GetValue(_steps), 1, MaxSteps));
        _count.Validators.Add(result => CheckRange(result, result.GetValue(_count), 1, MaxCount));
        _imageIndex.Validators.Add(result => CheckRange(result, result.GetValue(_imageIndex), 0, int.MaxValue - MaxCount));
        _guidance.Validators.Add(result =>
        {
            if (result.GetValue(_guidance) is { } scale && (!float.IsFinite(scale) || scale is < 0 or > 100))
                result.AddError("--guidance must lie between 0 and 100.");
        });
        _out.Validators.Add(result =>
        {
            if (result.GetValue(_out) is { } path && !OutputNames.IsUsable(path))
                result.AddError($"--out {path}: name a .png, .jpg or .webp file, or a folder that exists.");
        });
    }

    /// <summary>Everything that a verb which makes pictures takes.</summary>
    public void AddPictureOptionsTo(Command command)
    {
        AddAll(command, _negative, _seed, _steps, _guidance, _scheduler, _count, _imageIndex);
        AddModelOptionsTo(command);
        AddAll(command, _device, _out, _force, _previews, _noMetadata);
        AddReportOptionsTo(command);
    }

    public void AddModelOptionsTo(Command command) => AddAll(command, _model, _models);

    public void AddModelsFolderTo(Command command) => AddAll(command, _models);

    public void AddReportOptionsTo(Command command) => AddAll(command, _json, _quiet, _verbose);

    public PictureOptions ReadPictureOptions(ParseResult parsed) => new()
    {
        NegativePrompt = parsed.GetValue(_negative) ?? "",
        Seed = parsed.GetValue(_seed),
        Steps = parsed.GetValue(_steps),
        GuidanceScale = parsed.GetValue(_guidance),
        Scheduler = parsed.GetValue(_scheduler),
        Count = parsed.GetValue(_count),
        ImageIndex = parsed.GetValue(_imageIndex),
        Model = ReadModelChoice(parsed),
        Out = parsed.GetValue(_out),
        Force = parsed.GetValue(_force),
        PreviewsFolder = parsed.GetValue(_previews),
        EmbedParameters = !parsed.GetValue(_noMetadata),
        Report = ReadReportOptions(parsed),
    };

    public ModelChoice ReadModelChoice(ParseResult parsed) => new(parsed.GetValue(_model), parsed.GetValue(_models), parsed.GetValue(_device));

    public string? ReadModelsFolder(ParseResult parsed) => parsed.GetValue(_models);

    public ReportOptions ReadReportOptions(ParseResult parsed) =>
        new(parsed.GetValue(_json), parsed.GetValue(_quiet), parsed.GetValue(_verbose));

    /// <summary><c>--size</c>; null when it was not given.</summary>
    public static Option<PictureSize?> Size() => new("--size")
    {
        Description = "Width x height in pixels, for example 512x384 or 512. Default: the model's native size.",
        HelpName = "WxH",
        CustomParser = result =>
        {
            if (PictureSize.TryParse(result.Tokens[0].Value, out var size))
                return size;
            result.AddError($"--size {result.Tokens[0].Value}: write width x height in pixels, for example 512x384, at most {PictureSize.MaxSide} a side.");
            return null;
        },
    };

    /// <summary><c>--strength</c>.</summary>
    public static Option<float> Strength()
    {
        var option = new Option<float>("--strength") { Description = "How far to go from what is there, 0 to 1; 1 starts from pure noise.", HelpName = "S", DefaultValueFactory = _ => 1 };
        option.Validators.Add(result => CheckFraction(result, result.GetValue(option)));
        return option;
    }

    /// <summary><c>--upscale</c>.</summary>
    public static Option<bool> Upscale() => new("--upscale") { Description = "Put the picture through the model's own upscaler, where it has one." };

    public static void CheckFraction(OptionResult result, float? value)
    {
        if (value is { } number && !(number is >= 0 and <= 1))
            result.AddError($"{result.Option.Name} must lie between 0 and 1.");
    }

    public static void CheckRange(OptionResult result, int? value, int lowest, int highest)
    {
        if (value is { } number && (number < lowest || number > highest))
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{result.Option.Name} must lie between {lowest} and {highest}, not {number}."));
    }

    private static ExecutionProvider ParseDevice(ArgumentResult result)
    {
        foreach (var provider in Enum.GetValues<ExecutionProvider>())
        {
            if (string.Equals(provider.ToString(), result.Tokens[0].Value, StringComparison.OrdinalIgnoreCase))
                return provider;
        }

        result.AddError($"--device {result.Tokens[0].Value}: there is auto, cpu and cuda.");
        return default;
    }

    private static SchedulerKind? ParseScheduler(ArgumentResult result)
    {
        if (SchedulerNames.TryParse(result.Tokens[0].Value, out var kind))
            return kind;
        result.AddError($"--scheduler {result.Tokens[0].Value}: there is {string.Join(", ", SchedulerNames.All)}.");
        return null;
    }

    private static void AddAll(Command command, params ReadOnlySpan<Option> options)
    {
        foreach (var option in options)
            command.Add(option);
    }
}
