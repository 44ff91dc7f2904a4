using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Web.Generation.Jobs;

namespace CanvasWeb.Web.Generation;

/// <summary>
/// Plans of jobs without a board. The units are pixels of the picture that is asked for, which lies at the origin; what the model paints is
/// scaled to it, never a part of it left out or stretched.
/// </summary>
internal static class DirectPlans
{
    // As for frames: a scene is carried on better when the model sees half as much again as it makes.
    private const double ContextFactor = 1.5;

    // The frame planner's feather at the default softness.
    private const double FeatherShare = 1.0 / 16;

    /// <summary>A whole new picture of a size.</summary>
    public static JobPlan Whole(PixelSize size, ModelGeometry model)
    {
        // The model's sides are multiples, so its ratio may miss the wanted one: it paints a little more, and the middle is cut out.
        var modelSize = model.SizeFor((double)size.Width / size.Height);
        var crop = Around(size, modelSize);
        var picture = new WorldRect(0, 0, size.Width, size.Height);
        var seen = new WorldRect(-((crop.Width - size.Width) / 2), -((crop.Height - size.Height) / 2), crop.Width, crop.Height);
        return new(FrameTask.TextToImage, picture, seen, crop, modelSize, picture, Feather: 0);
    }

    /// <summary>A part of a picture anew.</summary>
    /// <param name="size">Of the picture.</param>
    /// <param name="fresh">What is to be made, within the picture; not empty.</param>
    /// <param name="nativeSide">Pixels a side that the model was trained on: it sees at least so much where the picture has it, or it would paint larger than life.</param>
    public static JobPlan Part(PixelSize size, PixelRect fresh, ModelGeometry model, int nativeSide)
    {
        var (left, width) = Grow(fresh.X, fresh.Width, size.Width, nativeSide);
        var (top, height) = Grow(fresh.Y, fresh.Height, size.Height, nativeSide);

        // Grown once more to the ratio that the model paints, as far as the picture goes.
        var modelSize = model.SizeFor((double)width / height);
        var wanted = Around(new(width, height), modelSize);
        (left, width) = Widen(left, width, wanted.Width, size.Width);
        (top, height) = Widen(top, height, wanted.Height, size.Height);
        modelSize = model.SizeFor((double)width / height);
        var crop = new WorldRect(left, top, width, height);
        return new(FrameTask.Inpaint, new(0, 0, size.Width, size.Height), crop, new(width, height), modelSize, crop, Math.Min(width, height) * FeatherShare);
    }

    private static (int Start, int Length) Grow(int start, int length, int whole, int least) =>
        Widen(start, length, Math.Max(least, (int)Math.Ceiling(length * ContextFactor)), whole);

    private static (int Start, int Length) Widen(int start, int length, int wanted, int whole)
    {
        var grown = Math.Clamp(wanted, length, whole);
        return (Math.Clamp(start - ((grown - length) / 2), 0, whole - grown), grown);
    }

    // The smallest size of the model's ratio that holds another one.
    private static PixelSize Around(PixelSize inner, PixelSize ratio) =>
        (long)inner.Width * ratio.Height >= (long)inner.Height * ratio.Width
            ? new(inner.Width, (int)Math.Max(inner.Height, Math.Round((double)inner.Width * ratio.Height / ratio.Width)))
            : new((int)Math.Max(inner.Width, Math.Round((double)inner.Height * ratio.Width / ratio.Height)), inner.Height);
}
