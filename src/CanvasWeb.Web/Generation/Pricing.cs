using CanvasWeb.Canvas.Geometry;
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
    /// <param name="modelSize">Pixels that the model paints.</param>
    /// <param name="count">Pictures.</param>
    /// <param name="steps">Null: the model's usual.</param>
    public CreditAmount Quote(PixelSize modelSize, int count, int? steps, ModelInfo model)
    {
        // Sizes are near the native area, not at it (224 x 352 for 256 x 256): a quarter more is no other price.
        var areas = Math.Max(1, (long)Math.Ceiling(((double)modelSize.Area / model.Geometry.NativeArea) - 0.25));
        var rounds = Math.Max(1, (long)Math.Ceiling((double)(steps ?? model.DefaultSteps) / (2 * Math.Max(1, model.DefaultSteps))));
        var price = checked(count * areas * rounds * options.Value.CreditsPerPicture * model.PricePercent);

        // Credits are whole: rounded up for the job, not for each picture.
        return new((price + 99) / 100);
    }
}
