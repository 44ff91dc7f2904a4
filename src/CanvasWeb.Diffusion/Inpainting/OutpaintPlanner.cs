using CanvasWeb.Diffusion.Pipelines;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// Cuts a large extension into frames of the model's own area. Sides first, then top and bottom over the whole new width, so that each corner
/// sees both its neighbours; within a strip from the middle outwards, so that each frame sees the original or a finished frame; strips
/// grow away from the original.
/// </summary>
public static class OutpaintPlanner
{
    /// <summary>Frames along a strip overlap by at least this part, so that the later one continues what the earlier one made.</summary>
    private const double AlongStep = 0.75;

    /// <summary>The frames, in order, in the enlarged picture's pixels; some may find nothing left to do. They may reach outside a thin canvas.</summary>
    /// <param name="canvasWidth">Of the enlarged picture.</param>
    /// <param name="canvasHeight">Of the enlarged picture.</param>
    /// <param name="original">Where the original lies in it.</param>
    /// <param name="framePx">Side of a frame in picture pixels.</param>
    /// <param name="newPart">How much of a frame may be new.</param>
    public static IReadOnlyList<PixelRect> Frames(int canvasWidth, int canvasHeight, PixelRect original, int framePx, double newPart)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(framePx, 1);
        if (canvasWidth <= framePx && canvasHeight <= framePx)
            return [new PixelRect((canvasWidth - framePx) / 2, (canvasHeight - framePx) / 2, framePx, framePx)];

        var frames = new List<PixelRect>();
        var known = original;
        foreach (var (start, from, to) in Strips(known.X, known.Right, canvasWidth, framePx, newPart))
        {
            foreach (var y in Along(known.Y, known.Bottom, canvasHeight, framePx))
                frames.Add(new PixelRect(start, y, framePx, framePx));
            known = new PixelRect(from, known.Y, to - from, known.Height);
        }

        foreach (var (start, from, to) in Strips(known.Y, known.Bottom, canvasHeight, framePx, newPart))
        {
            foreach (var x in Along(0, canvasWidth, canvasWidth, framePx))
                frames.Add(new PixelRect(x, start, framePx, framePx));
            known = new PixelRect(0, from, canvasWidth, to - from);
        }

        return frames;
    }

    /// <summary>The side of a frame in picture pixels: native, or more for a large picture (see <see cref="OutpaintOptions.LargestReduction"/>).</summary>
    public static int FrameSide(PixelRect original, PipelineInfo model, double largestReduction)
    {
        ArgumentNullException.ThrowIfNull(model);
        var side = Math.Min(original.Width, original.Height);
        return (int)Math.Clamp(side, model.NativeSize, model.NativeSize * largestReduction);
    }

    /// <summary>Frames across one axis: first towards the end, then towards 0. Start of the frame, and what is known afterwards.</summary>
    private static IEnumerable<(int Start, int From, int To)> Strips(int from, int to, int length, int frame, double newPart)
    {
        while (to < length)
        {
            // A frame that cannot be filled with known pixels makes more at once.
            var fresh = Math.Min(length - to, Math.Max(Math.Max(1, (int)(frame * newPart)), frame - (to - from)));
            to += fresh;
            yield return (Start(to - frame), from, to);
        }

        while (from > 0)
        {
            var fresh = Math.Min(from, Math.Max(Math.Max(1, (int)(frame * newPart)), frame - (to - from)));
            from -= fresh;
            yield return (Start(from), from, to);
        }

        // Inside the canvas where it is long enough, else in its middle.
        int Start(int wanted) => length <= frame ? (length - frame) / 2 : Math.Clamp(wanted, 0, length - frame);
    }

    /// <summary>Starts of the frames that cover from..to along an axis, the middle one first.</summary>
    private static int[] Along(int from, int to, int length, int frame)
    {
        if (length <= frame)
            return [(length - frame) / 2];
        if (to - from <= frame)
            return [Math.Clamp(from - ((frame - (to - from)) / 2), 0, length - frame)];
        var gaps = (int)Math.Ceiling((to - from - frame) / (frame * AlongStep));
        var middle = from + ((to - from - frame) / 2.0);
        return
        [
            .. Enumerable.Range(0, gaps + 1)
                .Select(k => from + (int)((long)(to - from - frame) * k / gaps))
                .OrderBy(start => Math.Abs(start - middle)).ThenBy(start => start),
        ];
    }
}
