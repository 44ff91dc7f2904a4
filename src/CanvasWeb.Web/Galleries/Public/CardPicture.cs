using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Imaging;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>The preview picture that other sites show beside a link. Pure: pixels in, JPEG out.</summary>
internal static class CardPicture
{
    // What every large site asks for: 1.91 to 1, and at least 1200 wide to be shown large.
    public const int Width = 1200;
    public const int Height = 630;

    private const int Quality = 86;

    // The surroundings are the picture itself, far out of focus: shrunk to this many pixels and drawn out again.
    private const int BlurredWidth = 24;
    private const int BlurredHeight = 13;

    // How much of the light of the surroundings is left, of 255: the picture stands before them.
    private const int Dimmed = 120;

    // The dark canvas of the site, for what is transparent.
    private static readonly byte[] s_ground = [0x13, 0x14, 0x18, 0xff];

    /// <summary>The whole picture, as large as it fits, in the middle.</summary>
    public static byte[] Draw(PixelImage picture)
    {
        var solid = Compositor.Over(Filled(picture.Width, picture.Height), picture, 0, 0);
        var card = Surroundings(solid);
        var scale = Math.Min((double)Width / solid.Width, (double)Height / solid.Height);
        var size = new PixelSize(Math.Max(1, (int)Math.Round(solid.Width * scale)), Math.Max(1, (int)Math.Round(solid.Height * scale)));
        var shown = ImageResizer.Resize(solid, size.Width, size.Height, scale < 1 ? ResizeKernel.Area : ResizeKernel.Lanczos3);
        card = Compositor.Over(card, shown, (Width - size.Width) / 2, (Height - size.Height) / 2);
        return ImageEncoder.Encode(card, new EncodeOptions { Format = ImageFormat.Jpeg, Quality = Quality });
    }

    private static PixelImage Surroundings(PixelImage picture)
    {
        var scale = Math.Max((double)BlurredWidth / picture.Width, (double)BlurredHeight / picture.Height);
        var small = ImageResizer.Resize(
            picture, Math.Max(BlurredWidth, (int)Math.Round(picture.Width * scale)), Math.Max(BlurredHeight, (int)Math.Round(picture.Height * scale)), ResizeKernel.Area);
        var middle = Compositor.Over(Filled(BlurredWidth, BlurredHeight), small, (BlurredWidth - small.Width) / 2, (BlurredHeight - small.Height) / 2);
        for (var i = 0; i < middle.Rgba.Length; i++)
        {
            if (i % 4 != 3)
                middle.Rgba[i] = (byte)((middle.Rgba[i] * Dimmed) / 255);
        }

        return ImageResizer.Resize(middle, Width, Height, ResizeKernel.Linear);
    }

    private static PixelImage Filled(int width, int height)
    {
        var picture = new PixelImage(width, height);
        for (var i = 0; i < picture.Rgba.Length; i += 4)
            s_ground.CopyTo(picture.Rgba, i);
        return picture;
    }
}
