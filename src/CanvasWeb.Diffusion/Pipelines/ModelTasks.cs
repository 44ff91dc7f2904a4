using CanvasWeb.Diffusion.Models;

namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>What a model can do, told from its folder alone: the list of models and the loaded pipelines answer alike.</summary>
public static class ModelTasks
{
    /// <summary>The tasks of the pipeline that <see cref="PipelineFactory"/> makes of this folder.</summary>
    public static IReadOnlySet<GenerationTask> Tasks(this ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var tasks = Of(manifest);
        if (manifest.Has("upscaler"))
            tasks.Add(GenerationTask.Upscale);
        return tasks;
    }

    /// <summary>Whether that pipeline draws the embeddings of pictures from words: <see cref="PipelineInfo.HasPrior"/>.</summary>
    public static bool HasPrior(this ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return manifest.Family switch
        {
            ModelFamily.CanvasMini => manifest.UsePrior && manifest.Has("prior"),
            ModelFamily.UnClip => manifest.Has("prior"),
            ModelFamily.Kandinsky22 => true,
            _ => false,
        };
    }

    private static HashSet<GenerationTask> Of(ModelManifest manifest) =>
        manifest.Family switch
        {
            // A U-Net with mask channels knows nothing but inpainting.
            ModelFamily.StableDiffusion or ModelFamily.StableDiffusionXl when manifest.HasMaskChannels => Where((true, GenerationTask.Inpaint)),
            ModelFamily.StableDiffusion or ModelFamily.StableDiffusionXl => Where(
                (true, GenerationTask.TextToImage),
                (manifest.Has("vae_encoder"), GenerationTask.ImageToImage),

                // A distilled one (LCM) has no pair of passes to guide a hole with.
                (manifest.Has("vae_encoder") && !manifest.IsDistilled, GenerationTask.Inpaint)),
            ModelFamily.UnClip => Where(
                (manifest.Has("prior"), GenerationTask.TextToImage),
                (manifest.Has("image_encoder"), GenerationTask.Variation),
                (manifest.Has("image_encoder"), GenerationTask.Interpolation),
                (manifest.Has("image_encoder"), GenerationTask.TextDiff)),
            ModelFamily.Kandinsky22 when manifest.HasMaskChannels => Where((true, GenerationTask.Inpaint)),
            ModelFamily.Kandinsky22 => Where(
                (true, GenerationTask.TextToImage),
                (manifest.Has("movq_encoder"), GenerationTask.ImageToImage),
                (manifest.Has("prior_image_encoder"), GenerationTask.Variation),
                (manifest.Has("movq_encoder"), GenerationTask.Inpaint),

                // Embedding and noise of a picture: an encoder for each.
                (manifest.Has("prior_image_encoder") && manifest.Has("movq_encoder"), GenerationTask.Interpolation),
                (manifest.Has("prior_image_encoder") && manifest.Has("movq_encoder"), GenerationTask.TextDiff)),

            // canvas-mini was trained with holes of any size, the whole picture included.
            ModelFamily.CanvasMini => Where(
                (true, GenerationTask.TextToImage),
                (true, GenerationTask.ImageToImage),
                (manifest.Has("image_encoder"), GenerationTask.Variation),
                (true, GenerationTask.Inpaint),
                (manifest.Has("image_encoder"), GenerationTask.Interpolation),
                (manifest.Has("image_encoder"), GenerationTask.TextDiff)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static HashSet<GenerationTask> Where(params ReadOnlySpan<(bool Can, GenerationTask Task)> candidates)
    {
        var tasks = new HashSet<GenerationTask>();
        foreach (var (can, task) in candidates)
        {
            if (can)
                tasks.Add(task);
        }

        return tasks;
    }
}
