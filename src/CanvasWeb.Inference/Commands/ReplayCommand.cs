using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CanvasWeb.Contracts;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Models;
using CanvasWeb.Inference.Output;
using CanvasWeb.Inference.Worker;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>replay FILE</c>: makes a picture again from what its file or its record says, and compares.</summary>
internal static class ReplayCommand
{
    public static Command Create(CommandHost host)
    {
        var file = new Argument<string>("FILE") { Description = "A picture with its parameters in it, a record of a site (.zip, or record.json with its pictures beside it)." };
        var inputs = new Option<string?>("--inputs") { Description = "Folder with the pictures that it was made from (crop.png, new.png, picture.png, other.png). Default: the file's own.", HelpName = "DIR" };
        var output = new Option<string?>("--out") { Description = "Also write the picture that is made now (.png, .jpg or .webp).", HelpName = "FILE" };
        var exact = new Option<bool>("--exact") { Description = "Only identical pixels are good enough, on other machines, too." };
        var anyModel = new Option<bool>("--any-model") { Description = "Go on when the model here is not the one that the picture was made with." };
        var shared = new SharedOptions();
        output.Validators.Add(result =>
        {
            if (result.GetValue(output) is { } path && !ImageFormats.TryFromPath(path, out _))
                result.AddError($"--out {path}: name a .png, .jpg or .webp file.");
        });
        var command = new Command("replay", "Makes a picture again from its file or its record, and says whether it came out the same.") { file, inputs, output, exact, anyModel };
        shared.AddModelsFolderTo(command);
        shared.AddDeviceTo(command);
        shared.AddReportOptionsTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            host,
            new(parsed.GetRequiredValue(file), parsed.GetValue(inputs), parsed.GetValue(output), parsed.GetValue(exact), parsed.GetValue(anyModel), new(null, shared.ReadModelsFolder(parsed), shared.ReadDevice(parsed)), shared.ReadReportOptions(parsed)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, ReplayCommandOptions options, CancellationToken cancellationToken)
    {
        // 1. What is to be made, and from what.
        var source = ReplaySource.Read(options.Path, options.Inputs);
        var (name, hash) = source.Record is { } record ? (record.Model, record.ModelHash) : (source.Parameters!.Model.Name, source.Parameters.Model.Hash); // One of the two is there.

        // A file of a stranger names a model, never a folder.
        if (name.AsSpan().ContainsAny("/\\") || name is "." or "..")
            throw new CommandException(ExitCode.Input, "bad_record", $"{options.Path}: \"{name}\" is no model's name.");

        // 2. The model, which must be the same one: another model's picture says nothing about this one.
        using var model = host.Models.Open(options.Model with { Name = name }, text => Say(host, options.Report, text), cancellationToken);
        var reference = model.Identity.Reference(cancellationToken);
        if (hash is not null && reference.Hash != hash && !options.AnyModel)
            throw new CommandException(ExitCode.Model, "model_differs", $"{options.Path}: the model {name} here is not the one that this was made with ({reference.Hash[..12]} instead of {hash[..Math.Min(12, hash.Length)]}); --any-model goes on all the same.");

        // 3. Again.
        var made = source.Record is null ? Make(model, source.Parameters!, cancellationToken) : new FramePainter(source.Record.ToLease(), source.Inputs, new(FramePainter.RememberedInversions)).Paint(model.Pipeline, 0, new Silent(), cancellationToken).Tile;
        if (options.Out is { } path)
            await AtomicFile.WriteAllBytesAsync(path, PictureFiles.Encode(made, path, parameters: null), cancellationToken);

        // 4. The same?
        var report = Compare(options.Path, source, made, model.Provider, reference, hash);
        if (options.Report.Json)
            host.Output.WriteLine(JsonSerializer.Serialize(report, InferenceJson.Readable.ReplayReport));
        else
            Write(host.Output, report);
        var isGood = report.Verdict == "identical" || (report.Verdict == "close" && report.Other.Count > 0 && !options.Exact);
        return (int)(isGood ? ExitCode.Ok : ExitCode.BarMissed);
    }

    private static PixelImage Make(OpenedModel model, PictureParameters parameters, CancellationToken cancellationToken)
    {
        if (!SchedulerNames.TryParse(parameters.Settings.Scheduler ?? "", out var scheduler))
            throw new CommandException(ExitCode.Input, "scheduler_not_supported", $"There is no sampler \"{parameters.Settings.Scheduler}\".");
        var request = new GenerationRequest
        {
            Prompt = parameters.Prompt,
            NegativePrompt = parameters.NegativePrompt,
            Seed = parameters.Seed!.Value, // Of a picture that `generate` made.
            ImageIndex = parameters.ImageIndex,
            Steps = parameters.Settings.Steps,
            GuidanceScale = parameters.Settings.Guidance,
            Scheduler = scheduler,
            Width = parameters.Settings.Width,
            Height = parameters.Settings.Height,
            Upscale = parameters.Settings.Upscale ?? false,
            PriorSamples = parameters.Settings.PriorSamples ?? 1,
        };
        return model.Pipeline.Generate(request, new Silent(), cancellationToken).Image;
    }

    private static ReplayReport Compare(string path, ReplaySource source, PixelImage made, string provider, ModelReference model, string? modelHash)
    {
        // A picture in a lossy file is compared with what the same file format makes of the new one.
        var seen = source.Format == ImageFormat.Png ? made : ImageDecoder.Decode(ImageEncoder.Encode(made, new EncodeOptions { Format = source.Format }), ImageLimits.Default);
        var pixels = JobRecord.HashOf(made.Width, made.Height, made.Rgba);
        var expected = source.Record?.Output.PixelsSha256 ?? (source is { Picture: { } lossless, Format: ImageFormat.Png } ? JobRecord.HashOf(lossless.Width, lossless.Height, lossless.Rgba) : null);
        var difference = source.Picture is null ? null : PictureDifference.Between(source.Picture, seen);
        var likeness = expected == pixels ? Likeness.Identical : difference?.Likeness ?? Likeness.Different;

        // Where a record says what came out, a file that was scaled or edited since does not speak against it, and none that looks alike for it.
        if (expected is not null && expected != pixels && likeness == Likeness.Identical)
            likeness = Likeness.Close;
        var measured = expected == pixels ? null : difference;
        return new()
        {
            Path = path,
            Verdict = likeness switch { Likeness.Identical => "identical", Likeness.Close => "close", _ => "different" },
            Other = [.. Others(source.Record?.Maker, provider, model, modelHash)],
            PixelsSha256 = pixels,
            ExpectedPixelsSha256 = expected,
            MaxDifference = measured?.Max,
            MeanDifference = measured is { } mean ? Math.Round(mean.Mean, 4) : null,
            Decibels = measured is { } ratio && double.IsFinite(ratio.Decibels) ? Math.Round(ratio.Decibels, 2) : null,
            Model = model,
            CpuClass = CpuClass.Name,
            Versions = ThisVersion.All(),
        };
    }

    private static IEnumerable<string> Others(MakerNote? maker, string provider, ModelReference model, string? modelHash)
    {
        if (modelHash is not null && modelHash != model.Hash)
            yield return $"model {modelHash}";
        if (maker is null)
            yield break;
        if (maker.Provider != provider)
            yield return $"device {maker.Provider}";
        if (maker.CpuClass != CpuClass.Name)
            yield return $"CPU class {maker.CpuClass}";
        if (maker.Runtime != ThisVersion.All().OnnxRuntime)
            yield return $"ONNX Runtime {maker.Runtime}";
    }

    private static void Write(TextWriter output, ReplayReport report)
    {
        output.WriteLine(report.Verdict switch
        {
            "identical" => $"identical: {report.PixelsSha256}",
            "close" => string.Create(CultureInfo.InvariantCulture, $"the same within {PictureDifference.CloseDecibels:0} dB: {Measures(report)}"),
            _ => $"different: {Measures(report)}",
        });
        if (report.Verdict != "identical" && report.Other.Count > 0)
            output.WriteLine($"it was made with {string.Join(", ", report.Other)}; here are {report.CpuClass}, ONNX Runtime {report.Versions.OnnxRuntime}");
    }

    private static string Measures(ReplayReport report) => report.MaxDifference is null
        ? "the picture itself is not here to measure by how much"
        : string.Create(CultureInfo.InvariantCulture, $"at most {report.MaxDifference} of 255, {report.MeanDifference:0.####} on average, {report.Decibels ?? 0:0.0} dB");

    private static void Say(CommandHost host, ReportOptions report, string text)
    {
        if (!report.Quiet && !report.Json)
            host.Error.WriteLine(text);
    }

    /// <summary>Nobody watches.</summary>
    private sealed class Silent : IGenerationObserver
    {
        public bool WantsPreview(int step, int steps) => false;

        public void StepDone(int step, int steps, TimeSpan elapsed)
        {
        }

        public void PreviewReady(int step, int steps, PixelImage preview)
        {
        }
    }
}
