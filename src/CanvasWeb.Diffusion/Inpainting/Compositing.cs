using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>Lays a tile over a picture. Where the tile's alpha is 0 all four bytes stay as they are, which a premultiplied round trip would not promise.</summary>
public static class Compositing
{
    /// <summary>Porter and Duff 1984, "Compositing Digital Images": over, with straight alpha. A new picture; the inputs are not changed.</summary>
    /// <param name="picture">What lies under.</param>
    /// <param name="tile">What is laid on top.</param>
    /// <param name="x">Column of the tile's left edge in the picture; the part outside the picture is cut off.</param>
    /// <param name="y">Row of the tile's top edge.</param>
    public static PixelImage Over(PixelImage picture, PixelImage tile, int x, int y)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(tile);
        var result = new PixelImage(picture.Width, picture.Height, (byte[])picture.Rgba.Clone());
        var inside = new PixelRect(x, y, tile.Width, tile.Height).Intersect(new PixelRect(0, 0, picture.Width, picture.Height));
        for (var row = inside.Y; row < inside.Bottom; row++)
        {
            for (var column = inside.X; column < inside.Right; column++)
                Over(result.Rgba.AsSpan(result.Offset(column, row), 4), tile.Rgba.AsSpan(tile.Offset(column - x, row - y), 4));
        }

        return result;
    }

    private static void Over(Span<byte> under, ReadOnlySpan<byte> above)
    {
        if (above[3] == 0)
            return;
        if (above[3] == 255)
        {
            above.CopyTo(under);
            return;
        }

        var a = above[3] / 255f;
        var below = under[3] / 255f * (1 - a);
        var alpha = a + below;
        for (var c = 0; c < 3; c++)
            under[c] = ColourField.ToByte(((a * above[c]) + (below * under[c])) / alpha);
        under[3] = ColourField.ToByte(alpha * 255);
    }
}
