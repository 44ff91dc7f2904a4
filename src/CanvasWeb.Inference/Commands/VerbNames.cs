using CanvasWeb.Diffusion.Pipelines;

namespace CanvasWeb.Inference.Commands;

/// <summary>What a model can do, in the words that are typed.</summary>
internal static class VerbNames
{
    public static string Of(GenerationTask task) => task switch
    {
        GenerationTask.TextToImage => "generate",
        GenerationTask.ImageToImage => "generate --image",
        GenerationTask.Inpaint => "inpaint",
        GenerationTask.Variation => "vary",
        GenerationTask.Interpolation => "interpolate",
        GenerationTask.TextDiff => "textdiff",
        GenerationTask.Upscale => "upscale",
        _ => throw new ArgumentOutOfRangeException(nameof(task), task, "A task without a name."),
    };

    /// <summary>The same for all tasks of a model, in a fixed order; what can inpaint can outpaint.</summary>
    public static IReadOnlyList<string> All(IEnumerable<GenerationTask> tasks) =>
        [.. tasks.Order().SelectMany(task => task == GenerationTask.Inpaint ? [Of(task), "outpaint"] : (string[])[Of(task)])];
}
