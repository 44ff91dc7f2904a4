using CanvasWeb.Contracts;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Inference.Models;
using ModelDescription = CanvasWeb.Contracts.ModelDescription;

namespace CanvasWeb.Inference.Worker;

/// <summary>What a worker says about the models of its machine, from their folders alone.</summary>
internal static class WorkerModels
{
    /// <summary>The usable models; why others are not is logged.</summary>
    public static IReadOnlyList<ModelDescription> Describe(IModelLibrary library, string? folder, Action<string> log, CancellationToken cancellationToken)
    {
        var described = new List<ModelDescription>();
        foreach (var model in library.List(folder, load: false, cancellationToken))
        {
            if (model.Refusal is { } refusal)
                log($"model {model.Name} is refused: {refusal.File}: {refusal.Reason}");
            else
                described.Add(Describe(library.Locate(new ModelChoice(model.Name, folder)).Manifest, model.Schedulers, log, cancellationToken));
        }

        return described;
    }

    private static ModelDescription Describe(ModelManifest manifest, IReadOnlyList<string> schedulers, Action<string> log, CancellationToken cancellationToken)
    {
        var factor = FactorOf(manifest, log, cancellationToken);
        var limits = new PipelineLimits();
        var native = (long)manifest.NativeWidth * manifest.NativeHeight;

        // An unCLIP decoder makes one size only.
        var isFixed = manifest.Family == ModelFamily.UnClip;
        var side = Math.Max(manifest.NativeWidth, manifest.NativeHeight);
        var tasks = manifest.Tasks();
        return new ModelDescription
        {
            Name = manifest.Name,
            Family = manifest.FamilyName,
            Tasks = [.. tasks.Select(Task).OfType<JobTask>().Where(task => task != JobTask.Upscale || factor > 1).Distinct().Order()],
            NativeArea = native,
            SizeMultiple = isFixed ? side : manifest.SizeMultiple,
            MinSide = isFixed ? side : Math.Max(manifest.SizeMultiple, side / 4 / manifest.SizeMultiple * manifest.SizeMultiple),
            MaxSide = isFixed ? side : side * Math.Min(2, limits.MaxSideInNative),
            DefaultSteps = manifest.DefaultSteps,
            DefaultGuidance = manifest.DefaultGuidanceScale,
            DefaultScheduler = ModelFit.OwnSchedulerName(manifest),
            Schedulers = schedulers,
            InvertibleSchedulers = [.. ModelFit.Invertible(manifest).Select(SchedulerNames.Name)],
            MaxSteps = limits.MaxSteps,
            TakesNegativePrompt = !manifest.IsDistilled,
            TakesEmbeddings = tasks.Contains(GenerationTask.Variation),
            HasPrior = manifest.HasPrior(),
            UpscaleFactor = factor,
            MaxUpscalePixels = limits.MaxUpscalePixels,
            EmbeddingSpace = PictureEmbedder.SpaceOf(manifest),
        };
    }

    /// <summary>The one thing that only the graph tells: upscalers are small and loaded for it.</summary>
    private static int FactorOf(ModelManifest manifest, Action<string> log, CancellationToken cancellationToken)
    {
        try
        {
            return UpscaleFactor.Of(manifest, cancellationToken);
        }
        catch (Exception error) when (error is ModelFormatException or OnnxModelException)
        {
            // The rest of the model may run; loading it will say the same.
            log($"the upscaler of {manifest.Name} cannot be used: {error.Message}");
            return 1;
        }
    }

    private static JobTask? Task(GenerationTask task) => task switch
    {
        GenerationTask.TextToImage => JobTask.TextToImage,
        GenerationTask.Inpaint => JobTask.Inpaint,
        GenerationTask.Variation => JobTask.Variation,
        GenerationTask.Interpolation => JobTask.Interpolation,
        GenerationTask.TextDiff => JobTask.TextDiff,
        GenerationTask.Upscale => JobTask.Upscale,
        GenerationTask.ImageToImage => null, // A board has frames: what lies under one is inpainted with a strength.
    };
}
