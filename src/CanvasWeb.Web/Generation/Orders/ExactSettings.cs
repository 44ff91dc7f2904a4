using System.Security.Cryptography;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Generation.Models;

namespace CanvasWeb.Web.Generation.Orders;

/// <summary>Settings in which nothing is left to the model or to chance, so that they make the same pictures again.</summary>
internal static class ExactSettings
{
    /// <param name="inverts">They begin with the noise of given pictures, which only some schedulers can find: any other that stands in the settings was chosen for pictures from words.</param>
    public static FrameSettings Of(FrameSettings settings, ModelInfo model, long? seed = null, bool inverts = false) => settings with
    {
        Model = model.Name,
        Seed = seed ?? settings.Seed ?? NewSeed(),
        Steps = settings.Steps ?? model.DefaultSteps,
        PriorSamples = model.HasPrior ? settings.PriorSamples : null, // Without a prior it would say something that is not so.
        Guidance = settings.Guidance ?? model.DefaultGuidance,
        Scheduler = inverts ? Invertible(settings.Scheduler, model) : settings.Scheduler ?? Own(model),
    };

    // A model that has only its own lists none, and takes none.
    private static string? Own(ModelInfo model) => model.Schedulers.Contains(model.DefaultScheduler, StringComparer.Ordinal) ? model.DefaultScheduler : null;

    // Where nothing is known of them the worker takes one itself.
    private static string? Invertible(string? asked, ModelInfo model)
    {
        if (asked is not null && model.InvertibleSchedulers.Contains(asked, StringComparer.Ordinal))
            return asked;
        return model.InvertibleSchedulers is [var usual, ..] ? usual : null;
    }

    // As many bits as a browser can read back without rounding.
    public static long NewSeed() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & BoardLimits.Default.MaxSeed;
}
