using System.Numerics;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Imaging;

namespace CanvasWeb.Web.Tiles.Drawing;

/// <summary>
/// Draws one picture into another through an affine map. A map that takes whole pixels to whole pixels (also turned by quarters or
/// mirrored) moves bytes and changes none; any other one samples bilinearly in premultiplied colours, with the edges' share of a pixel as alpha.
/// </summary>
internal static class PictureDrawing
{
    // How far a pixel may lie from a whole one and still be taken for it: positions on a board carry the last bits of sums.
    private const double Hair = 0.01;

    /// <param name="target">Drawn into; straight alpha.</param>
    /// <param name="picture">For sizes below half, give a picture that was made smaller before: four neighbours are all that is averaged.</param>
    /// <param name="toTarget">From the picture's pixels to the target's.</param>
    /// <param name="opacity">0 to 1.</param>
    public static void Draw(PixelImage target, PixelImage picture, Affine toTarget, double opacity)
    {
        if (!(opacity > 0) || !double.IsFinite(toTarget.Determinant) || Math.Abs(toTarget.Determinant) < 1e-12)
            return;
        if (Reach(target, picture, toTarget) is not { } area)
            return;
        var exact = WholePixels(picture, toTarget);
        var fromTarget = (exact ?? toTarget).Inverse();
        var strength = (int)Math.Round(Math.Min(1, opacity) * 255);
        var row = new byte[area.Width * 4];
        for (var y = area.Y; y < area.Bottom; y++)
        {
            if (exact is null)
                Sample(picture, toTarget, fromTarget, area.X, y, row);
            else
                Copy(picture, fromTarget, area.X, y, row);
            if (strength < 255)
                Fade(row, strength);
            Compositor.Over(target.Rgba.AsSpan(target.Offset(area.X, y), row.Length), row);
        }
    }

    // The target's part that the picture can touch; null if it passes by.
    private static PixelRect? Reach(PixelImage target, PixelImage picture, Affine toTarget)
    {
        var bounds = WorldRect.Bounds([toTarget.Map(0, 0), toTarget.Map(picture.Width, 0), toTarget.Map(0, picture.Height), toTarget.Map(picture.Width, picture.Height)]) ?? default;
        var x = (int)Math.Clamp(Math.Floor(bounds.X + Hair), 0, target.Width);
        var y = (int)Math.Clamp(Math.Floor(bounds.Y + Hair), 0, target.Height);
        var right = (int)Math.Clamp(Math.Ceiling(bounds.Right - Hair), 0, target.Width);
        var bottom = (int)Math.Clamp(Math.Ceiling(bounds.Bottom - Hair), 0, target.Height);
        return right > x && bottom > y ? new(x, y, right - x, bottom - y) : null;
    }

    /// <summary>The map with whole numbers, if it is one but for a hair anywhere in the picture.</summary>
    private static Affine? WholePixels(PixelImage picture, Affine map)
    {
        var whole = new Affine(Math.Round(map.A), Math.Round(map.B), Math.Round(map.C), Math.Round(map.D), Math.Round(map.E), Math.Round(map.F));
        if (Math.Abs(whole.Determinant) != 1)
            return null;
        foreach (var (x, y) in (ReadOnlySpan<(int, int)>)[(0, 0), (picture.Width, 0), (0, picture.Height), (picture.Width, picture.Height)])
        {
            var (meant, actual) = (whole.Map(x, y), map.Map(x, y));
            if (Math.Abs(meant.X - actual.X) > Hair || Math.Abs(meant.Y - actual.Y) > Hair)
                return null;
        }

        return whole;
    }

    private static void Copy(PixelImage picture, Affine fromTarget, int x, int y, Span<byte> row)
    {
        var start = fromTarget.Map(x + 0.5, y + 0.5);
        var (fromX, fromY) = ((int)Math.Floor(start.X), (int)Math.Floor(start.Y));
        var (stepX, stepY) = ((int)fromTarget.A, (int)fromTarget.B);
        if ((stepX, stepY) == (1, 0))
        {
            picture.Rgba.AsSpan(picture.Offset(fromX, fromY), row.Length).CopyTo(row);
            return;
        }

        for (var i = 0; i < row.Length; i += 4, fromX += stepX, fromY += stepY)
            picture.Rgba.AsSpan(picture.Offset(fromX, fromY), 4).CopyTo(row[i..]);
    }

    private static void Sample(PixelImage picture, Affine toTarget, Affine fromTarget, int x, int y, Span<byte> row)
    {
        // Lengths along the picture's sides in target pixels: how far a point is from an edge decides its share there.
        var (perX, perY) = (Math.Sqrt((toTarget.A * toTarget.A) + (toTarget.B * toTarget.B)), Math.Sqrt((toTarget.C * toTarget.C) + (toTarget.D * toTarget.D)));
        for (var i = 0; i < row.Length; i += 4, x++)
        {
            var at = fromTarget.Map(x + 0.5, y + 0.5);
            var share = Math.Clamp((Math.Min(at.X, picture.Width - at.X) * perX) + 0.5, 0, 1) * Math.Clamp((Math.Min(at.Y, picture.Height - at.Y) * perY) + 0.5, 0, 1);
            if (share <= 0)
            {
                row[i + 3] = 0;
                continue;
            }

            Store(Bilinear(picture, at.X - 0.5, at.Y - 0.5), (float)share, row.Slice(i, 4));
        }
    }

    // Premultiplied, 0 to 255; outside the picture its edge goes on.
    private static Vector4 Bilinear(PixelImage picture, double x, double y)
    {
        var (left, upper) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (across, down) = ((float)(x - left), (float)(y - upper));
        var (x0, x1) = (Math.Clamp(left, 0, picture.Width - 1), Math.Clamp(left + 1, 0, picture.Width - 1));
        var (y0, y1) = (Math.Clamp(upper, 0, picture.Height - 1), Math.Clamp(upper + 1, 0, picture.Height - 1));
        var top = Vector4.Lerp(Load(picture, x0, y0), Load(picture, x1, y0), across);
        return Vector4.Lerp(top, Vector4.Lerp(Load(picture, x0, y1), Load(picture, x1, y1), across), down);
    }

    private static Vector4 Load(PixelImage picture, int x, int y)
    {
        var rgba = picture.Rgba.AsSpan(picture.Offset(x, y), 4);
        return new Vector4(rgba[0], rgba[1], rgba[2], 255f) * (rgba[3] / 255f);
    }

    private static void Store(Vector4 premultiplied, float share, Span<byte> rgba)
    {
        rgba[3] = (byte)((premultiplied.W * share) + 0.5f);
        if (rgba[3] == 0)
            return;
        var straight = Vector4.Min(premultiplied * (255f / premultiplied.W), new Vector4(255f)) + new Vector4(0.5f);
        (rgba[0], rgba[1], rgba[2]) = ((byte)straight.X, (byte)straight.Y, (byte)straight.Z);
    }

    private static void Fade(Span<byte> row, int strength)
    {
        for (var i = 3; i < row.Length; i += 4)
            row[i] = (byte)(((row[i] * strength) + 127) / 255);
    }
}
