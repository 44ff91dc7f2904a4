using System.Security.Cryptography;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Generation.Models;

namespace CanvasWeb.Web.Generation.Orders;

/// <summary>Settings in which nothing is left to the model or to chance, so that they make the same pictures again.</summary>
internal static class ExactSettings
{
    public static FrameSettings Of(FrameSettings settings, ModelInfo model, long? seed = null) => settings with
    {
        Model = model.Name,
        Seed = seed ?? settings.Seed ?? NewSeed(),
        Steps = settings.Steps ?? model.DefaultSteps,
        PriorSamples = model.HasPrior ? settings.PriorSamples : null, // Without a prior it would say something that is not so.
        Guidance = settings.Guidance ?? model.DefaultGuidance,

        // A model that has only its own lists none, and takes none.
        Scheduler = settings.Scheduler ?? (model.Schedulers.Contains(model.DefaultScheduler, StringComparer.Ordinal) ? model.DefaultScheduler : null),
    };

    // As many bits as a browser can read back without rounding.
    public static long NewSeed() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & BoardLimits.Default.MaxSeed;
}
