using System.Runtime.InteropServices;

namespace CanvasWeb.Imaging;

/// <summary>
/// Turns a picture upright (EXIF 2.32, tag 0x0112). Done here on finished pixels rather than by libvips, which would need random
/// access to the file and so a second full copy for a quarter turn.
/// </summary>
internal static class Orientation
{
    /// <param name="orientation">1 to 8; anything else leaves the picture as it is.</param>
    /// <returns>The same object when nothing has to be moved, else a new one.</returns>
    public static PixelImage Apply(PixelImage image, int orientation)
    {
        if (orientation is < 2 or > 8)
            return image;
        var swapped = orientation >= 5;
        var result = swapped ? new PixelImage(image.Height, image.Width) : new PixelImage(image.Width, image.Height);
        var source = MemoryMarshal.Cast<byte, uint>(image.Rgba.AsSpan());
        var target = MemoryMarshal.Cast<byte, uint>(result.Rgba.AsSpan());
        var right = image.Width - 1;
        var bottom = image.Height - 1;
        for (var y = 0; y < result.Height; y++)
        {
            for (var x = 0; x < result.Width; x++)
            {
                // Where the upright pixel (x, y) is stored. 2 mirrored, 3 half a turn, 4 flipped, 5 transposed, 6 to be turned clockwise,
                // 7 transversed, 8 to be turned anticlockwise.
                var (fromX, fromY) = orientation switch
                {
                    2 => (right - x, y),
                    3 => (right - x, bottom - y),
                    4 => (x, bottom - y),
                    5 => (y, x),
                    6 => (y, bottom - x),
                    7 => (right - y, bottom - x),
                    _ => (right - y, x),
                };
                target[(y * result.Width) + x] = source[(fromY * image.Width) + fromX];
            }
        }

        return result;
    }
}
