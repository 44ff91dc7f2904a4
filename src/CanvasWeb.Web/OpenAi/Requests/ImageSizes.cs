using System.Globalization;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Web.Generation.Models;

namespace CanvasWeb.Web.OpenAi.Requests;

/// <summary>Which sizes are made with a model: painted in its own and scaled up, in the same shape to within a few per cent that are cut off; never another one than asked for.</summary>
internal static class ImageSizes
{
    // How far the shape that the model paints may be from the wanted one before so much is cut off that "wide" means nothing any more.
    private const double MaxCut = 1.1;

    public static IReadOnlyList<PixelSize> Of(ModelInfo model, OpenAiOptions options)
    {
        var native = model.Geometry.SizeFor(1);
        return [.. options.Sizes.Select(Parse).OfType<PixelSize>().Append(native).Where(size => Fits(size, model, options)).Distinct().OrderBy(static size => size.Area).ThenBy(static size => size.Height)];
    }

    /// <summary>"512x512"; null for anything else.</summary>
    public static PixelSize? Parse(string text)
    {
        var cross = text.IndexOf('x', StringComparison.Ordinal);
        return cross > 0
            && int.TryParse(text.AsSpan(0, cross), NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width is > 0 and <= 16_384
            && int.TryParse(text.AsSpan(cross + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var height) && height is > 0 and <= 16_384
            ? new(width, height)
            : null;
    }

    public static string Write(PixelSize size) => FormattableString.Invariant($"{size.Width}x{size.Height}");

    /// <summary>The picture of a job without a board, whose frame it is.</summary>
    public static string Write(WorldRect frame) => Write(new PixelSize((int)frame.Width, (int)frame.Height));

    private static bool Fits(PixelSize size, ModelInfo model, OpenAiOptions options)
    {
        var painted = model.Geometry.SizeFor((double)size.Width / size.Height);
        var cut = (double)painted.Width / painted.Height / ((double)size.Width / size.Height);
        return cut is <= MaxCut and >= 1 / MaxCut && Math.Max((double)size.Width / painted.Width, (double)size.Height / painted.Height) <= options.MaxUpscale;
    }
}
