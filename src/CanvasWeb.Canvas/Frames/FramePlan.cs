using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Masks;

namespace CanvasWeb.Canvas.Frames;

/// <summary>
/// What will be done for a frame: enough for the overlay and the price, and for the server to cut the model's input out of the board
/// and to put the result back. The crop's own pixels are world units: result and board then meet pixel by pixel.
/// </summary>
public sealed record FramePlan
{
    public required FrameTask Task { get; init; }

    /// <summary>World units.</summary>
    public required WorldRect Frame { get; init; }

    /// <summary>What the model sees, on whole world units, in the ratio of <see cref="ModelSize"/> to within half a pixel.</summary>
    public required WorldRect Crop { get; init; }

    /// <summary>The crop at one pixel for each world unit: the size to composite in.</summary>
    public required PixelSize CropPixels { get; init; }

    /// <summary>The size to paint in; the crop is resized to it and the result back.</summary>
    public required PixelSize ModelSize { get; init; }

    /// <summary>Where the resulting tile lies: inside the frame, on whole world units, around all that is new and its soft edge.</summary>
    public required WorldRect Placement { get; init; }

    /// <summary>The same in the crop's pixels: what to cut out of the composite.</summary>
    public required PixelRect PlacementPixels { get; init; }

    /// <summary>Parts of the frame that pictures cover, apart from each other. Painted parts of them are new nevertheless.</summary>
    public required IReadOnlyList<WorldRect> Covered { get; init; }

    /// <summary>Parts of the frame that nothing covers, apart from each other.</summary>
    public required IReadOnlyList<WorldRect> Uncovered { get; init; }

    /// <summary>The bounds of what is painted within the frame; null for nothing.</summary>
    public required WorldRect? Painted { get; init; }

    /// <summary>Pictures outside the frame that the model sees, apart from each other.</summary>
    public required IReadOnlyList<WorldRect> Context { get; init; }

    /// <summary>Parts of the crop outside the frame that nothing covers: unknown to the model and never written.</summary>
    public required IReadOnlyList<WorldRect> Void { get; init; }

    /// <summary>The share of the frame that is made anew, 0 to 1.</summary>
    public required double NewShare { get; init; }

    /// <summary>World units over which new and kept blend.</summary>
    public required double Feather { get; init; }

    /// <summary>What to draw into the crop, the lowest first.</summary>
    public required IReadOnlyList<PlanSource> Sources { get; init; }

    /// <summary>The masks that <see cref="RenderNew"/> draws.</summary>
    public required IReadOnlyList<PlacedMask> Masks { get; init; }

    public required bool Remake { get; init; }

    /// <summary>
    /// The part of the crop that is to be made, graded: 1 is new, 0 is kept. What geometry knows, for hints and prices; what is written
    /// is <see cref="RenderAsked"/> and the holes that the pixels show.
    /// </summary>
    /// <param name="size">Pixels to draw the crop in: <see cref="CropPixels"/> or <see cref="ModelSize"/>.</param>
    /// <param name="work">What drawing the mask may cost; once it is spent the rest is left out.</param>
    public MaskRaster RenderNew(PixelSize size, MaskWork? work = null)
    {
        var raster = new MaskRaster(size.Width, size.Height);
        AddRects(raster, Remake ? [Frame] : Uncovered);
        if (Remake)
            return raster;
        var painted = FramePlanner.RenderPainted(Masks, Frame, Crop, size, work ?? MaskWork.Unlimited());
        for (var i = 0; i < raster.Values.Length; i++)
            raster.Values[i] = Math.Max(raster.Values[i], painted.Values[i]);
        return raster;
    }

    /// <summary>
    /// The part of the crop that a person asked to have anew, whatever lies there: what is painted, or all of the frame. With the holes of the
    /// pictures themselves, which only pixels tell, this is what may be written: the rectangles of <see cref="Uncovered"/> rest on a coarse
    /// grid and may claim a strip that a picture covers.
    /// </summary>
    /// <param name="size">As for <see cref="RenderNew"/>.</param>
    /// <param name="work">As for <see cref="RenderNew"/>.</param>
    public MaskRaster RenderAsked(PixelSize size, MaskWork? work = null)
    {
        if (!Remake)
            return FramePlanner.RenderPainted(Masks, Frame, Crop, size, work ?? MaskWork.Unlimited());
        var raster = new MaskRaster(size.Width, size.Height);
        AddRects(raster, [Frame]);
        return raster;
    }

    // The rectangles are apart from each other, so the exact shares of a pixel that they cover add up.
    private void AddRects(MaskRaster raster, IReadOnlyList<WorldRect> rects)
    {
        var (scaleX, scaleY) = (raster.Width / Crop.Width, raster.Height / Crop.Height);
        foreach (var rect in rects)
        {
            var (left, right) = ((rect.X - Crop.X) * scaleX, (rect.Right - Crop.X) * scaleX);
            var (top, bottom) = ((rect.Y - Crop.Y) * scaleY, (rect.Bottom - Crop.Y) * scaleY);
            for (var y = Math.Max(0, (int)Math.Floor(top)); y < Math.Min(raster.Height, bottom); y++)
            {
                var tall = Math.Min(bottom, y + 1) - Math.Max(top, y);
                for (var x = Math.Max(0, (int)Math.Floor(left)); x < Math.Min(raster.Width, right); x++)
                {
                    ref var value = ref raster.Values[(y * raster.Width) + x];
                    value = Math.Min(1f, value + (float)(tall * (Math.Min(right, x + 1) - Math.Max(left, x))));
                }
            }
        }
    }
}
