using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Pictures as models see them: <c>[1, 3, height, width]</c> in −1..1, and back to bytes.</summary>
internal static class ImageTensors
{
    /// <summary>Colours to −1..1, laid on mid grey (0) where the picture is transparent: what lies hidden under alpha 0 must not reach a model.</summary>
    /// <param name="image">Of the tensor's size.</param>
    /// <param name="destination"><c>[1, 3, height, width]</c>.</param>
    public static void Write(PixelImage image, Tensor destination)
    {
        var pixels = image.Width * image.Height;
        var rgba = image.Rgba.AsSpan();
        var span = destination.Span;
        var red = span[..pixels];
        var green = span.Slice(pixels, pixels);
        var blue = span.Slice(2 * pixels, pixels);
        for (var i = 0; i < pixels; i++)
        {
            var alpha = rgba[(i * 4) + 3] / 255f;
            red[i] = ((rgba[i * 4] / 127.5f) - 1f) * alpha;
            green[i] = ((rgba[(i * 4) + 1] / 127.5f) - 1f) * alpha;
            blue[i] = ((rgba[(i * 4) + 2] / 127.5f) - 1f) * alpha;
        }
    }

    /// <summary>Fades the picture to mid grey (0) where the mask is: picture · (1 − mask).</summary>
    /// <param name="picture"><c>[1, 3, height, width]</c>, of the mask's size; changed in place.</param>
    public static void Hide(Mask mask, Tensor picture)
    {
        var values = mask.Values.AsSpan();
        for (var plane = 0; plane < 3; plane++)
        {
            var to = picture.Span.Slice(plane * values.Length, values.Length);
            for (var i = 0; i < to.Length; i++)
                to[i] *= 1f - values[i];
        }
    }

    /// <summary>−1..1 to opaque bytes; what lies outside is clamped. Halves round to even, as everywhere in numeric Python.</summary>
    /// <param name="values">Three planes of <c>width * height</c> values.</param>
    public static PixelImage Read(ReadOnlySpan<float> values, int width, int height)
    {
        var image = new PixelImage(width, height);
        var pixels = width * height;
        var rgba = image.Rgba.AsSpan();
        var red = values[..pixels];
        var green = values.Slice(pixels, pixels);
        var blue = values.Slice(2 * pixels, pixels);
        for (var i = 0; i < pixels; i++)
        {
            rgba[i * 4] = ToByte(red[i]);
            rgba[(i * 4) + 1] = ToByte(green[i]);
            rgba[(i * 4) + 2] = ToByte(blue[i]);
            rgba[(i * 4) + 3] = 255;
        }

        return image;
    }

    internal static byte ToByte(float value) => (byte)MathF.Round(((Math.Clamp(value, -1f, 1f) * 0.5f) + 0.5f) * 255f);
}
