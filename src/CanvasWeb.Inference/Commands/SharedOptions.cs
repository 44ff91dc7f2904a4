using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using CanvasWeb.Diffusion.Models;
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
    /// <summary>Small enough that a slip of the keyboard neither takes a night nor fills the disk; --image-index goes on where a run ended.</summary>
    public const int MaxCount = 100;

    /// <summary>What the pipelines take.</summary>
    public const int MaxSteps = ModelManifest.MaxSteps;

    /// <summary>The pipelines' own limit.</summary>
    private const float MaxGuidance = 50;

    private readonly Option<string> _negative = new("--negative") { Description = "What the picture should not show.", HelpName = "PROMPT" };
    private readonly Option<ulong?> _seed = OptionalNumber("--seed", "N", "The same seed and settings give the same bytes. Default: drawn, and shown.", ulong.MinValue, ulong.MaxValue);
    private readonly Option<int?> _steps = OptionalNumber("--steps", "N", $"Denoising steps, 1 to {MaxSteps}. Default: the model's.", 1, MaxSteps);
    private readonly Option<float?> _guidance = OptionalNumber("--guidance", "SCALE", "How closely to follow the prompt, 0 to 50; 1 or less switches guidance off. Default: the model's.", 0f, MaxGuidance);
    private readonly Option<SchedulerKind?> _scheduler = new("--scheduler") { HelpName = "NAME", CustomParser = ParseScheduler };
    private readonly Option<int> _count = Number("--count", "N", $"How many pictures, 1 to {MaxCount}. More than one writes NAME-0.png, NAME-1.png, ...", 1, MaxCount, standard: 1);
    private readonly Option<int> _imageIndex = Number("--image-index", "K", "Index of the first picture: picture k of --count equals the single run with --image-index k.", 0, int.MaxValue - MaxCount, standard: 0);
    private readonly Option<string?> _model = new("--model") { Description = "A model's name (see the verb `models`) or the path of its folder. Default: canvas-mini, or the only model there is.", HelpName = "NAME" };
    private readonly Option<string?> _models = new("--models") { Description = "Folder with the models' folders. Default: CANVASWEB_MODELS, else `models` beside the program or in the repository.", HelpName = "DIR" };
    private readonly Option<ExecutionProvider?> _device = new("--device") { Description = "auto, cpu or cuda; the same device gives the same bytes. Default: auto, which takes CUDA where it is installed and works.", HelpName = "NAME", CustomParser = ParseDevice };
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
        _out.Validators.Add(result =>
        {
            if (result.GetValue(_out) is { } path && !OutputNames.IsUsable(path))
                result.AddError($"--out {path}: name a .png, .jpg or .webp file, or a folder that exists.");
        });
    }

    /// <summary>Everything that a verb which makes pictures takes.</summary>
    public void AddPictureOptionsTo(Command command)
    {
        AddAll(command, _count, _imageIndex);
        AddOnePictureOptionsTo(command);
    }

    /// <summary>The same for a verb that says in its own way how many pictures there are, and which.</summary>
    public void AddOnePictureOptionsTo(Command command)
    {
        AddAll(command, _negative, _seed, _steps, _guidance, _scheduler, _previews);
        AddFileOptionsTo(command);
    }

    /// <summary>The same for a verb whose pictures no sampler makes.</summary>
    public void AddFileOptionsTo(Command command)
    {
        AddModelOptionsTo(command);
        AddAll(command, _device, _out, _force, _noMetadata);
        AddReportOptionsTo(command);
    }

    public void AddModelOptionsTo(Command command) => AddAll(command, _model, _models);

    public void AddModelsFolderTo(Command command) => AddAll(command, _models);

    public void AddDeviceTo(Command command) => AddAll(command, _device);

    public void AddReportOptionsTo(Command command) => AddAll(command, _json, _quiet, _verbose);

    public PictureOptions ReadPictureOptions(ParseResult parsed) => new()
    {
        NegativePrompt = parsed.GetValue(_negative) ?? "",
        Seed = parsed.GetValue(_seed),
        Steps = parsed.GetValue(_steps),
        GuidanceScale = parsed.GetValue(_guidance),
        Scheduler = parsed.GetValue(_scheduler),
        Count = Math.Max(1, parsed.GetValue(_count)),
        ImageIndex = parsed.GetValue(_imageIndex),
        Model = ReadModelChoice(parsed),
        Out = parsed.GetValue(_out),
        Force = parsed.GetValue(_force),
        PreviewsFolder = parsed.GetValue(_previews),
        EmbedParameters = !parsed.GetValue(_noMetadata),
        Report = ReadReportOptions(parsed),
    };

    public ModelChoice ReadModelChoice(ParseResult parsed) => new(parsed.GetValue(_model), parsed.GetValue(_models), parsed.GetValue(_device) ?? ExecutionProvider.Auto);

    public string? ReadModelsFolder(ParseResult parsed) => parsed.GetValue(_models);

    public ExecutionProvider ReadDevice(ParseResult parsed) => parsed.GetValue(_device) ?? ExecutionProvider.Auto;

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
            result.AddError($"--size {result.Tokens[0].Value}: write width x height in pixels, for example 512x384, from 1 to {PictureSize.MaxSide} a side.");
            return null;
        },
    };

    /// <summary><c>--theta 0.3,0.4,0.5</c>: numbers from 0 to 1, one for each picture; null or none when it was not given.</summary>
    public static Option<float[]?> Thetas(string description) => new("--theta")
    {
        Description = description,
        HelpName = "LIST",
        CustomParser = result =>
        {
            var parts = result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries);
            var thetas = new float[parts.Length];
            for (var i = 0; i < parts.Length; i++)
            {
                if (!float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out thetas[i]) || !(thetas[i] >= 0f && thetas[i] <= 1f))
                {
                    result.AddError($"--theta {result.Tokens[0].Value}: write numbers from 0 to 1 with commas between them, for example 0.3,0.4,0.5.");
                    return null;
                }
            }

            if (thetas.Length <= MaxCount)
                return thetas;
            result.AddError(FormattableString.Invariant($"--theta: {thetas.Length} numbers, and at most {MaxCount} pictures are made."));
            return null;
        },
    };

    /// <summary><c>--upscale</c>.</summary>
    public static Option<bool> Upscale() => new("--upscale") { Description = "Put the picture through the model's own upscaler, where it has one." };

    /// <summary>A number with a default, checked while it is read: System.CommandLine throws at a validator that looks at what is no number.</summary>
    public static Option<T> Number<T>(string name, string helpName, string description, T lowest, T highest, T standard)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => standard,
            CustomParser = result => ParseNumber(result, name, lowest, highest) ?? default,
        };

    /// <summary>The same; null when it was not given.</summary>
    public static Option<T?> OptionalNumber<T>(string name, string helpName, string description, T lowest, T highest)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => ParseNumber(result, name, lowest, highest),
        };

    private static T? ParseNumber<T>(ArgumentResult result, string name, T lowest, T highest)
        where T : struct, INumber<T>
    {
        var text = result.Tokens[0].Value;

        // No comparison holds for NaN.
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= lowest && number <= highest)
            return number;
        var kind = typeof(T) == typeof(float) ? "number" : "whole number";
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} {text}: write a {kind} from {lowest} to {highest}."));
        return null;
    }

    private static ExecutionProvider? ParseDevice(ArgumentResult result)
    {
        foreach (var provider in Enum.GetValues<ExecutionProvider>())
        {
            if (string.Equals(provider.ToString(), result.Tokens[0].Value, StringComparison.OrdinalIgnoreCase))
                return provider;
        }

        result.AddError($"--device {result.Tokens[0].Value}: there is auto, cpu and cuda.");
        return null;
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
