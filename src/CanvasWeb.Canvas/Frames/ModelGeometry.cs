using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Frames;

/// <summary>Which picture sizes a model can paint.</summary>
/// <param name="NativeArea">Pixels that it was trained on: the size in which it paints best, whatever the ratio.</param>
/// <param name="Multiple">Sides are multiples of this.</param>
/// <param name="MinSide">Pixels.</param>
/// <param name="MaxSide">Pixels.</param>
/// <param name="CanInpaint">Whether it can keep a part of a picture.</param>
public sealed record ModelGeometry(long NativeArea, int Multiple, int MinSide, int MaxSide, bool CanInpaint = true)
{
    /// <summary>The size for a ratio: the best compromise between that ratio and the native area. Deterministic.</summary>
    /// <param name="aspect">Width over height.</param>
    public PixelSize SizeFor(double aspect)
    {
        // A wrong ratio costs context (the crop grows to fit), a wrong area costs quality: the first is dearer. With 4 to 1 a ratio of
        // 3 : 2 at 512 x 512 and multiples of 64 gives 576 x 384 rather than 640 x 448.
        const double aspectWeight = 4;
        var first = Math.Max(Multiple, (MinSide + Multiple - 1) / Multiple * Multiple);
        var best = new PixelSize(first, first);
        var bestCost = double.PositiveInfinity;
        for (var width = first; width <= MaxSide; width += Multiple)
        {
            var exact = (int)Math.Clamp(width / aspect / Multiple, 0, MaxSide) * Multiple;
            foreach (var height in (int[])[exact, exact + Multiple])
            {
                if (height < first || height > MaxSide)
                    continue;
                var cost = (aspectWeight * Math.Abs(Math.Log((double)width / height / aspect))) + Math.Abs(Math.Log((double)width * height / NativeArea));
                if (cost < bestCost)
                    (best, bestCost) = (new(width, height), cost);
            }
        }

        return best;
    }
}
