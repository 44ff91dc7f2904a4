using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Models;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary>What all verbs that make pictures have in common: everything but how one picture is made.</summary>
/// <param name="host">Streams, clock, models.</param>
/// <param name="options">The shared options.</param>
/// <param name="verb">For the report and the file.</param>
/// <param name="prompt">May be empty.</param>
internal sealed class PictureRun(CommandHost host, PictureOptions options, string verb, string prompt)
{
    /// <summary>Lists the pictures by their likeness to the prompt, the best first.</summary>
    public bool Ranks { get; init; }

    /// <summary>Begins the names of files that nobody named; null makes one from prompt and seed.</summary>
    public string? Stem { get; init; }

    /// <summary>Makes one picture of a run.</summary>
    /// <param name="pipeline">Loaded.</param>
    /// <param name="request">Prompt, seed, image index and the shared settings are filled in; the verb adds its own.</param>
    public delegate GenerationResult MakePicture(IImagePipeline pipeline, GenerationRequest request, IGenerationObserver observer, CancellationToken cancellationToken);

    /// <param name="asked">What the verb will ask for, as far as it is known before the model is: its task, size, eta.</param>
    /// <param name="make">Makes one picture.</param>
    public async Task<ExitCode> ExecuteAsync(GenerationRequest asked, MakePicture make, CancellationToken cancellationToken)
    {
        // 1. Find out what can be known to fail before a model is loaded and minutes are spent.
        host.Models.Check(options.Model, asked with { Scheduler = options.Scheduler });
        var isDrawn = asked.Task != GenerationTask.Upscale;
        var seed = !isDrawn ? 0 : options.Seed ?? host.NewSeed();
        var paths = PlanPaths(seed);
        if (options.PreviewsFolder is { } previews)
            CreateFolder(previews);

        if (options.Out is { } given && asked.Task == GenerationTask.Inpaint && !options.Report.Quiet && !OutputNames.KeepsEveryPixel(given))
            host.Error.WriteLine($"note: {Path.GetExtension(given)} does not keep every pixel of the picture as it was; .png does.");

        // 2. Load.
        var started = host.Time.GetTimestamp();
        var stageMs = new Dictionary<string, double>(StringComparer.Ordinal);
        var progress = new RunProgress(host.ProgressFor(options.Report), host.Time, options.Count, options.PreviewsFolder == null ? null : SavePreview);
        progress.Say("loading the model");
        using var model = host.Models.Open(options.Model, progress.Say, cancellationToken);
        stageMs["load"] = host.Time.GetElapsedTime(started).TotalMilliseconds;
        if (isDrawn && options.Seed == null && !options.Report.Json && !options.Report.Quiet)
        {
            progress.Clear();
            host.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        }

        var caption = Ranks ? Embedder(model).EmbedText(prompt, cancellationToken) : null;
        progress.Say(string.Create(CultureInfo.InvariantCulture, $"loaded {model.Identity.Name} in {stageMs["load"] / 1000:0.0} s"));

        // 3. Picture after picture; each is written as soon as it is there, so that a stop loses only the one in hand.
        var written = new List<WrittenPicture>();
        PictureSettings? settings = null;
        try
        {
            for (var position = 0; position < options.Count; position++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress.StartPicture(position);
                var result = make(model.Pipeline, RequestFor(seed, position), progress, cancellationToken);
                foreach (var timing in result.Timings)
                    stageMs[timing.Stage] = stageMs.GetValueOrDefault(timing.Stage) + timing.Elapsed.TotalMilliseconds;

                settings = isDrawn ? SettingsOf(result.Request, model.Pipeline.Info) : new() { Width = result.Image.Width, Height = result.Image.Height };
                var parameters = options.EmbedParameters ? ParametersOf(isDrawn ? seed : null, position, settings, Identify()) : null;
                var writing = host.Time.GetTimestamp();
                var file = await WriteAsync(result.Image, paths[position], options.ImageIndex + position, parameters, cancellationToken);
                stageMs["write"] = stageMs.GetValueOrDefault("write") + host.Time.GetElapsedTime(writing).TotalMilliseconds;
                written.Add(caption is null ? file : file with { Similarity = Math.Round(PictureEmbedder.Similarity(Embedder(model).EmbedPicture(result.Image, cancellationToken), caption), 4) });
                if (!options.Report.Json && caption is null)
                {
                    progress.Clear();
                    host.Output.WriteLine(host.OutputIsTerminal && isDrawn ? string.Create(CultureInfo.InvariantCulture, $"{paths[position]}  (seed {seed}, index {options.ImageIndex + position})") : paths[position]);
                }
            }
        }
        catch (Exception exception) when (written.Count > 0)
        {
            throw new RunStoppedException(exception, written);
        }
        finally
        {
            progress.Clear();
        }

        // 4. Report.
        if (Ranks)
            written = [.. written.OrderByDescending(static picture => picture.Similarity)];
        if (Ranks && !options.Report.Json)
        {
            foreach (var picture in written)
                host.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{picture.Similarity,6:0.000}  {picture.Path}"));
        }

        if (options.Report.Json)
            host.Output.WriteLine(JsonSerializer.Serialize(ReportOf(isDrawn ? seed : null, Identify(), model.Provider, settings!, written, stageMs, progress), InferenceJson.Readable.RunReport)); // At least one picture was made: Count is 1 or more.
        return ExitCode.Ok;

        // Reading gigabytes for their hash takes seconds: not before a picture is made, and not at all when nothing shows it.
        ModelReference Identify()
        {
            var hashing = host.Time.GetTimestamp();
            var reference = model.Identity.Reference(cancellationToken);
            stageMs["hash"] = stageMs.GetValueOrDefault("hash") + host.Time.GetElapsedTime(hashing).TotalMilliseconds;
            return reference;
        }
    }

    private string[] PlanPaths(ulong seed)
    {
        var stem = Stem ?? OutputNames.DefaultStem(prompt, seed, options.ImageIndex);
        var paths = new string[options.Count];
        for (var position = 0; position < paths.Length; position++)
        {
            var path = OutputNames.PathOf(options.Out, stem, position, options.Count);
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
                throw new CommandException(ExitCode.Output, "missing_folder", $"{path}: there is no folder {folder}; create it or write elsewhere with --out.");
            var nameWasGiven = options.Out != null && !Directory.Exists(options.Out);
            if (!options.Force && !nameWasGiven && File.Exists(path))
                throw new CommandException(ExitCode.Output, "file_exists", $"{path} exists already: name another file with --out, or replace it with --force.");
            paths[position] = path;
        }

        return paths;
    }

    private GenerationRequest RequestFor(ulong seed, int position) => new()
    {
        Prompt = prompt,
        NegativePrompt = options.NegativePrompt,
        Seed = seed,
        ImageIndex = options.ImageIndex + position,
        Steps = options.Steps,
        GuidanceScale = options.GuidanceScale,
        Scheduler = options.Scheduler,
    };

    /// <exception cref="CommandException">The model cannot compare pictures with words.</exception>
    private static PictureEmbedder Embedder(OpenedModel model) => model.Pipeline.Embedder
        ?? throw new CommandException(ExitCode.Input, "no_encoders", $"The model {model.Identity.Name} has no encoders that compare pictures with words; canvas-mini has.");

    /// <summary>Defaults are filled in by the pipeline; what it left open is filled in from its description, so that a report has no gaps.</summary>
    private static PictureSettings SettingsOf(GenerationRequest resolved, PipelineInfo info) => new()
    {
        Steps = resolved.Steps ?? info.DefaultSteps,
        Guidance = resolved.GuidanceScale ?? info.DefaultGuidanceScale,
        Scheduler = SchedulerNames.Name(resolved.Scheduler ?? info.DefaultScheduler),
        Width = resolved.Width ?? info.NativeSize,
        Height = resolved.Height ?? info.NativeSize,
        Strength = resolved.Image != null && resolved.Task is GenerationTask.ImageToImage or GenerationTask.Inpaint ? resolved.Strength : null,
        Upscale = resolved.Upscale ? true : null,
        Eta = resolved.Eta,
        Theta = resolved.Theta,
        FromPrompt = resolved.FromPrompt,
        PriorSamples = resolved.PriorSamples > 1 ? resolved.PriorSamples : null,
    };

    private PictureParameters ParametersOf(ulong? seed, int position, PictureSettings settings, ModelReference model) => new()
    {
        Software = $"CanvasWeb {ThisVersion.Number}",
        Verb = verb,
        Prompt = prompt,
        NegativePrompt = options.NegativePrompt,
        Seed = seed,
        ImageIndex = options.ImageIndex + position,
        Settings = settings,
        Model = model,
    };

    private static async Task<WrittenPicture> WriteAsync(PixelImage image, string path, int imageIndex, PictureParameters? parameters, CancellationToken cancellationToken)
    {
        var text = parameters == null ? null : JsonSerializer.Serialize(parameters, InferenceJson.Readable.PictureParameters);
        var bytes = PictureFiles.Encode(image, path, text, parameters is null ? null : OriginOf(parameters));
        await AtomicFile.WriteAllBytesAsync(path, bytes, cancellationToken);
        return new WrittenPicture(imageIndex, path, Convert.ToHexStringLower(SHA256.HashData(bytes)), image.Width, image.Height);
    }

    private static PictureOrigin OriginOf(PictureParameters parameters) => new()
    {
        // Whatever a picture was begun from may be a photograph.
        Source = parameters.Verb == "generate" && parameters.Settings.Strength is null ? DigitalSource.TrainedAlgorithmicMedia : DigitalSource.CompositeWithTrainedAlgorithmicMedia,
        CreatorTool = parameters.Software,
        System = parameters.Model.Name,
        SystemVersion = parameters.Model.Hash,
        Prompt = parameters.Prompt,
    };

    /// <param name="number">From 1, through all frames of the picture: outpainting counts its steps anew in every frame.</param>
    private void SavePreview(int position, int number, PixelImage preview)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"preview-{options.ImageIndex + position}-{number:0000}.webp");
        PictureFiles.WritePreview(Path.Combine(options.PreviewsFolder!, name), preview); // Called only when there is a folder.
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

    private RunReport ReportOf(ulong? seed, ModelReference model, string provider, PictureSettings settings, List<WrittenPicture> written, Dictionary<string, double> stageMs, RunProgress progress)
    {
        using var process = Process.GetCurrentProcess();
        return new RunReport
        {
            Verb = verb,
            Prompt = prompt,
            NegativePrompt = options.NegativePrompt,
            Seed = seed,
            Model = model,
            Provider = provider,
            Settings = settings,
            Images = written,
            StageMs = stageMs.ToDictionary(pair => pair.Key, pair => Rounded(pair.Value), StringComparer.Ordinal),
            StepMs = [.. progress.StepMs.Select(Rounded)],
            PreviewCount = progress.PreviewCount,
            PeakMemoryBytes = process.PeakWorkingSet64,
            Versions = ThisVersion.All(),
        };
    }

    private static double Rounded(double ms) => Math.Round(ms, 3);
}
