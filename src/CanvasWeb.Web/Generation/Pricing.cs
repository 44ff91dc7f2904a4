using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Generation.Models;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation;

/// <summary>
/// What a job costs: a fixed number of credits for each picture of the model's own area in up to twice its usual steps, and in proportion for
/// more of either, times the factor that an admin gave the model. The frame's size plays no part, since the model paints its own.
/// </summary>
internal sealed class Pricing(IOptions<GenerationOptions> options)
{
    private const long Megapixel = 1 << 20;

    /// <param name="modelSize">Pixels that the model paints.</param>
    /// <param name="count">Pictures.</param>
    /// <param name="steps">Null: the model's usual.</param>
    public CreditAmount Quote(PixelSize modelSize, int count, int? steps, ModelInfo model)
    {
        // Sizes are near the native area, not at it (224 x 352 for 256 x 256): a quarter more is no other price.
        var areas = Math.Max(1, (long)Math.Ceiling(((double)modelSize.Area / model.Geometry.NativeArea) - 0.25));
        var rounds = Math.Max(1, (long)Math.Ceiling((double)(steps ?? model.DefaultSteps) / (2 * Math.Max(1, model.DefaultSteps))));
        var price = checked(count * areas * rounds * options.Value.CreditsPerPicture * model.PricePercent);

        return Whole(price);
    }

    /// <summary>The same for any task: more pixels have a price of their own, for each megapixel that there is in the end.</summary>
    /// <param name="modelSize">Pixels that the model works on.</param>
    public CreditAmount Quote(JobTask task, PixelSize modelSize, int count, int? steps, ModelInfo model)
    {
        if (task != JobTask.Upscale)
            return Quote(modelSize, count, steps, model);
        var megapixels = Math.Max(1, (long)Math.Ceiling(((double)modelSize.Area * model.UpscaleFactor * model.UpscaleFactor / Megapixel) - 0.25));
        return Whole(checked(count * megapixels * options.Value.CreditsPerUpscaledMegapixel * model.PricePercent));
    }

    // Credits are whole: rounded up for the job, not for each picture.
    private static CreditAmount Whole(long percents) => new((percents + 99) / 100);
}
