using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Output;

/// <summary>Brings pictures to the size that a model is asked for.</summary>
internal static class PictureFit
{
    /// <summary>The middle of a picture, as much as has the shape asked for, scaled to exactly that size: nothing is stretched by more than a rounded pixel.</summary>
    /// <param name="width">At least 1.</param>
    /// <param name="height">At least 1.</param>
    public static PixelImage Cover(PixelImage picture, int width, int height)
    {
        // Compared as products: exact, and a picture of the right shape is never cut.
        var (cutWidth, cutHeight) = (picture.Width, picture.Height);
        if ((long)picture.Width * height > (long)picture.Height * width)
            cutWidth = Math.Max(1, (int)Math.Round((double)picture.Height * width / height));
        else
            cutHeight = Math.Max(1, (int)Math.Round((double)picture.Width * height / width));
        var (left, top) = ((picture.Width - cutWidth) / 2, (picture.Height - cutHeight) / 2);

        var cut = new PixelImage(cutWidth, cutHeight);
        for (var y = 0; y < cutHeight; y++)
            picture.Rgba.AsSpan(picture.Offset(left, top + y), cutWidth * 4).CopyTo(cut.Rgba.AsSpan(cut.Offset(0, y)));
        return ImageResizer.Resize(cut, width, height, ResizeKernel.Lanczos3);
    }
}
