using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Masks;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Tiles.Drawing;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tiles;

/// <summary>Cuts out of the board what a model gets for a frame: the pictures in the crop and the mask, at one pixel for each world unit.</summary>
internal sealed class FrameCutter(TilePainter painter, PixelBudget budget, IOptions<TileOptions> options)
{
    /// <summary>Code of a refusal: nothing was done, and the same press may come again.</summary>
    public const string Busy = "busy";

    // Half of a step of 8 bits is lost in every resize and soft edge: 250 still hides what lies below.
    private const byte OpaqueAlpha = 250;

    // A pixel of the crop: four bytes of colour, four rasters of floats while the mask is drawn, and the files.
    private const int BytesPerPixel = 28;

    /// <returns>
    /// The files, or why not: <see cref="Busy"/> when its turn does not come within <see cref="TileOptions.CutPatienceMs"/>, since large work is ahead of
    /// it, or <see cref="RefusalCodes.MaskFull"/> when the masks have more strokes than a server draws at this size.
    /// </returns>
    public async Task<(FrameInputs? Inputs, Refusal? Refusal)> CutAsync(FramePlan plan, CancellationToken cancellationToken)
    {
        var size = plan.CropPixels;

        // Not for as long as it takes: who asks is a tab, whose other calls wait behind this one, and an export may hold all there is for a minute.
        using var share = await budget.TryTakeAsync(size.Area * BytesPerPixel, TimeSpan.FromMilliseconds(options.Value.CutPatienceMs), cancellationToken);
        if (share is null)
            return (null, new(Busy, "The site is busy with something large. Try again in a few seconds."));

        // 1. The pictures. The board's own opacity plays no part: what is there is kept, however faintly it is shown.
        var crop = new PixelImage(size.Width, size.Height);
        await painter.PaintAsync(crop, plan.Sources.Select(static source => new DrawnTile(source.Tile.Content, source.ToCrop, 1)), isExact: true, cancellationToken);

        // 2. What was asked for, and 3. the holes inside the frame, from the pixels themselves: where a picture covers the board not one of
        //    its pixels is made anew unless somebody painted it.
        var work = new MaskWork(FrameLimits.Default.MaxCutWork, cancellationToken);
        var made = ToBytes(plan.RenderAsked(size, work));
        if (work.IsSpent)
            return (null, new(RefusalCodes.MaskFull, "This mask has too many strokes to be drawn. Clear it and paint it anew with fewer."));
        AddHoles(crop, made, plan.Frame.Offset(-plan.Crop.X, -plan.Crop.Y));
        return (new(WritePng(size, PngPixels.Rgba, crop.Rgba), WritePng(size, PngPixels.Grey, made)), null);
    }

    // Rounded, but never to "kept" what is a little new, and never to "new" what is a little kept: the ends mean something.
    private static byte[] ToBytes(MaskRaster mask) =>
        Array.ConvertAll(mask.Values, static value => value <= 0 ? (byte)0 : value >= 1 ? byte.MaxValue : (byte)Math.Clamp((int)Math.Round(value * 255), 1, 254));

    private static void AddHoles(PixelImage crop, byte[] mask, WorldRect within)
    {
        for (var y = Math.Max(0, (int)Math.Floor(within.Y)); y < Math.Min(crop.Height, within.Bottom); y++)
        {
            for (var x = Math.Max(0, (int)Math.Floor(within.X)); x < Math.Min(crop.Width, within.Right); x++)
            {
                var alpha = crop.Rgba[crop.Offset(x, y) + 3];
                if (alpha >= OpaqueAlpha)
                    continue;

                // A frame may begin inside a pixel: its share of it.
                var share = (Math.Min(within.Right, x + 1) - Math.Max(within.X, x)) * (Math.Min(within.Bottom, y + 1) - Math.Max(within.Y, y));
                ref var value = ref mask[(y * crop.Width) + x];
                value = Math.Max(value, (byte)Math.Round((255 - alpha) * Math.Min(1, share)));
            }
        }
    }

    private static byte[] WritePng(PixelSize size, PngPixels pixels, byte[] rows)
    {
        using var file = new MemoryStream();
        using var writer = new PngRowWriter(file, size.Width, size.Height, pixels, parameters: null, level: 3);
        writer.WriteRows(rows);
        writer.Complete();
        return file.ToArray();
    }
}
