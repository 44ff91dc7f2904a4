using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Models;

namespace CanvasWeb.Web.OpenAi.Pictures;

/// <summary>
/// What an edit's picture and mask come to: which part is made anew, and what the model sees of the rest. Where the mask is opaque no pixel
/// of the picture changes; the result is laid onto it.
/// </summary>
/// <param name="Plan">In pixels of the picture.</param>
/// <param name="PicturePng">The picture in the size that is asked for: what the result lies on.</param>
/// <param name="CropPng">As a worker takes it.</param>
/// <param name="NewMaskPng">As a worker takes it.</param>
/// <param name="IsWhole">Nothing says what to keep, so all of it is made anew, from what it shows.</param>
internal sealed record EditInputs(JobPlan Plan, byte[] PicturePng, byte[] CropPng, byte[] NewMaskPng, bool IsWhole)
{
    // Half of a step of 8 bits is lost in every resize: as for the cuts of boards.
    private const byte OpaqueAlpha = 250;

    /// <param name="picture">As it came.</param>
    /// <param name="mask">As large as the picture; its alpha counts, 0 is made anew. Null: the picture's own alpha.</param>
    /// <param name="size">In the picture's shape.</param>
    /// <returns>Null when the mask keeps everything.</returns>
    public static EditInputs? Of(PixelImage picture, PixelImage? mask, PixelSize size, ModelInfo model)
    {
        // 1. In the size that is asked for.
        if (picture.Width != size.Width || picture.Height != size.Height)
        {
            picture = ImageResizer.Resize(picture, size.Width, size.Height, ResizeKernel.Lanczos3);
            mask = mask is null ? null : ImageResizer.Resize(mask, size.Width, size.Height, ResizeKernel.Linear);
        }

        // 2. What is made anew: where the mask lets through, else where the picture has holes, else all of it.
        var made = Transparency(mask ?? picture);
        var isWhole = mask is null && BoundsOf(made, size) is null;
        if (isWhole)
            made.AsSpan().Fill(byte.MaxValue);
        if (BoundsOf(made, size) is not { } bounds)
            return null;

        // 3. The crop around it. With a mask the picture's own holes are no places to fill: for the model they are white.
        var plan = DirectPlans.Part(size, bounds, model.Geometry, model.NativeSide);
        var crop = Cut(picture, plan.Crop);
        if (mask is not null)
            Flatten(crop);
        var cropMask = new byte[crop.Width * crop.Height];
        for (var y = 0; y < crop.Height; y++)
            made.AsSpan(((y + (int)plan.Crop.Y) * size.Width) + (int)plan.Crop.X, crop.Width).CopyTo(cropMask.AsSpan(y * crop.Width));
        return new(plan, Png(picture.Width, picture.Height, PngPixels.Rgba, picture.Rgba), Png(crop.Width, crop.Height, PngPixels.Rgba, crop.Rgba), Png(crop.Width, crop.Height, PngPixels.Grey, cropMask), isWhole);
    }

    /// <summary>PNG without parameters, for a job's inputs.</summary>
    public static byte[] Png(PixelImage picture) => Png(picture.Width, picture.Height, PngPixels.Rgba, picture.Rgba);

    private static byte[] Transparency(PixelImage picture)
    {
        var made = new byte[picture.Width * picture.Height];
        for (var i = 0; i < made.Length; i++)
        {
            var alpha = picture.Rgba[(i * 4) + 3];
            made[i] = alpha >= OpaqueAlpha ? (byte)0 : (byte)(255 - alpha);
        }

        return made;
    }

    private static PixelRect? BoundsOf(byte[] made, PixelSize size)
    {
        var (left, top, right, bottom) = (size.Width, size.Height, 0, 0);
        for (var y = 0; y < size.Height; y++)
        {
            var row = made.AsSpan(y * size.Width, size.Width);
            var first = row.IndexOfAnyExcept((byte)0);
            if (first < 0)
                continue;
            (left, right) = (Math.Min(left, first), Math.Max(right, row.LastIndexOfAnyExcept((byte)0) + 1));
            (top, bottom) = (Math.Min(top, y), y + 1);
        }

        return right == 0 ? null : new(left, top, right - left, bottom - top);
    }

    private static PixelImage Cut(PixelImage picture, WorldRect rect)
    {
        var part = new PixelImage((int)rect.Width, (int)rect.Height);
        for (var y = 0; y < part.Height; y++)
            picture.Rgba.AsSpan(picture.Offset((int)rect.X, (int)rect.Y + y), part.Width * 4).CopyTo(part.Rgba.AsSpan(part.Offset(0, y)));
        return part;
    }

    private static void Flatten(PixelImage picture)
    {
        for (var i = 0; i < picture.Rgba.Length; i += 4)
        {
            int alpha = picture.Rgba[i + 3];
            for (var channel = 0; channel < 3; channel++)
                picture.Rgba[i + channel] = (byte)(((picture.Rgba[i + channel] * alpha) + (255 * (255 - alpha)) + 127) / 255);
            picture.Rgba[i + 3] = 255;
        }
    }

    private static byte[] Png(int width, int height, PngPixels pixels, byte[] rows)
    {
        using var file = new MemoryStream();
        using var writer = new PngRowWriter(file, width, height, pixels, parameters: null, level: 3);
        writer.WriteRows(rows);
        writer.Complete();
        return file.ToArray();
    }
}
