using System.Numerics;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// An opaque picture in float, so that fills and offsets are not rounded while they are solved for. Values are sRGB as stored
/// (gamma-encoded), 0..255, in the first three lanes; offsets and gradients are judged by the eye in that space.
/// </summary>
internal sealed class ColourField(int width, int height, Vector4[] pixels)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>Rows from the top.</summary>
    public Vector4[] Pixels { get; } = pixels;

    /// <summary>Colours without alpha.</summary>
    public static ColourField FromImage(PixelImage image)
    {
        var pixels = new Vector4[image.Width * image.Height];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = Colour(image.Rgba, i);
        return new ColourField(image.Width, image.Height, pixels);
    }

    public static Vector4 Colour(byte[] rgba, int pixel) => new(rgba[pixel * 4], rgba[(pixel * 4) + 1], rgba[(pixel * 4) + 2], 0);

    /// <summary>Rounded to bytes, alpha 255.</summary>
    public PixelImage ToImage()
    {
        var image = new PixelImage(Width, Height);
        for (var i = 0; i < Pixels.Length; i++)
        {
            WriteColour(image.Rgba, i, Pixels[i]);
            image.Rgba[(i * 4) + 3] = 255;
        }

        return image;
    }

    public static void WriteColour(byte[] rgba, int pixel, Vector4 colour)
    {
        rgba[pixel * 4] = ToByte(colour.X);
        rgba[(pixel * 4) + 1] = ToByte(colour.Y);
        rgba[(pixel * 4) + 2] = ToByte(colour.Z);
    }

    public static byte ToByte(float value) => (byte)Math.Clamp((int)MathF.Round(value), 0, 255);

    /// <summary>Another size; rounds to bytes, which half a level of a smooth field does not show.</summary>
    public ColourField Resize(int width, int height) =>
        width == Width && height == Height ? this : FromImage(ImageResizer.Resize(ToImage(), width, height, ResizeKernel.Lanczos3));
}
