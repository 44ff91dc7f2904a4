using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// A graded mask: 1 = make anew, 0 = keep, values between give the strength (differential diffusion). Never rounded: a mask cut at
/// one half draws a seam along its 50 % line.
/// </summary>
public sealed class Mask
{
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="values"><c>width * height</c> values in 0..1, rows from the top; not copied.</param>
    /// <exception cref="ArgumentException">The array has another length, or a value is not a number in 0..1.</exception>
    public Mask(int width, int height, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (values.LongLength != (long)width * height)
            throw new ArgumentException($"A {width} x {height} mask has {(long)width * height} values, not {values.LongLength}.", nameof(values));
        foreach (var value in values)
        {
            // Written so that NaN fails too.
            if (!(value >= 0 && value <= 1))
                throw new ArgumentException($"Mask values lie in 0..1; found {value}.", nameof(values));
        }

        Width = width;
        Height = height;
        Values = values;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Rows from the top, 0..1.</summary>
    public float[] Values { get; }

    public float this[int x, int y] => Values[(y * Width) + x];

    /// <summary>Nothing to make: every value is exactly 0.</summary>
    public bool IsEmpty => !Values.AsSpan().ContainsAnyExcept(0f);

    /// <summary>Reads a mask picture. 8-bit steps are kept: 128 of 255 becomes 0.502, not 1.</summary>
    /// <param name="picture">The mask picture; of the size of the picture that it masks.</param>
    /// <param name="source">Which channel counts, see <see cref="MaskSource"/>.</param>
    public static Mask FromImage(PixelImage picture, MaskSource source)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var values = new float[picture.Width * picture.Height];
        var rgba = picture.Rgba;
        for (var i = 0; i < values.Length; i++)
        {
            var o = i * 4;
            values[i] = source switch
            {
                MaskSource.TransparentIsEdit => (255 - rgba[o + 3]) / 255f,
                MaskSource.WhiteIsEdit => Luma(rgba[o], rgba[o + 1], rgba[o + 2]) * rgba[o + 3] / (255f * 255f),
                _ => throw new ArgumentOutOfRangeException(nameof(source), source, "Unknown mask convention."),
            };
        }

        return new Mask(picture.Width, picture.Height, values);
    }

    /// <summary>A mask with one rectangle of ones; the part of the rectangle outside the mask is cut off.</summary>
    public static Mask FromRect(int width, int height, PixelRect rect)
    {
        var values = new float[checked(width * height)];
        var inside = rect.Intersect(new PixelRect(0, 0, width, height));
        for (var y = inside.Y; y < inside.Bottom; y++)
            values.AsSpan((y * width) + inside.X, inside.Width).Fill(1);
        return new Mask(width, height, values);
    }

    /// <summary>The smallest rectangle that holds every value above 0; empty for an empty mask.</summary>
    public PixelRect Bounds()
    {
        int left = Width, top = Height, right = 0, bottom = 0;
        for (var y = 0; y < Height; y++)
        {
            var row = Values.AsSpan(y * Width, Width);
            var first = row.IndexOfAnyExcept(0f);
            if (first < 0)
                continue;
            left = Math.Min(left, first);
            right = Math.Max(right, row.LastIndexOfAnyExcept(0f) + 1);
            top = Math.Min(top, y);
            bottom = y + 1;
        }

        return bottom == 0 ? default : new PixelRect(left, top, right - left, bottom - top);
    }

    /// <summary>What was to be made is kept and the other way round.</summary>
    public Mask Invert()
    {
        var values = new float[Values.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = 1 - Values[i];
        return new Mask(Width, Height, values);
    }

    /// <summary>The largest value within a square of <c>2 * radius + 1</c> pixels: widens what is made. Grades are kept.</summary>
    /// <param name="radiusPx">0 or more pixels.</param>
    public Mask Dilate(int radiusPx)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(radiusPx);
        return new Mask(Width, Height, MaskFilters.Maximum(Values, Width, Height, radiusPx));
    }

    /// <summary>Gaussian blur; the border's values continue outside, so that a mask at the picture's edge does not fade there.</summary>
    /// <param name="sigmaPx">Standard deviation in pixels, 0 or more; 0 copies.</param>
    public Mask Blur(float sigmaPx)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sigmaPx);
        return new Mask(Width, Height, MaskFilters.Gaussian(Values, Width, Height, sigmaPx));
    }

    /// <summary>
    /// The part under a rectangle, which may reach outside the mask; there the value is <paramref name="outside"/>.
    /// </summary>
    public Mask Crop(PixelRect rect, float outside = 0)
    {
        var values = new float[checked(rect.Width * rect.Height)];
        if (outside != 0)
            Array.Fill(values, outside);
        var inside = rect.Intersect(new PixelRect(0, 0, Width, Height));
        for (var y = inside.Y; y < inside.Bottom; y++)
            Values.AsSpan((y * Width) + inside.X, inside.Width).CopyTo(values.AsSpan(((y - rect.Y) * rect.Width) + inside.X - rect.X));
        return new Mask(rect.Width, rect.Height, values);
    }

    /// <summary>
    /// Another size, by the largest value that each new pixel covers. Averaging would let a thin stroke fade below what the model
    /// acts on; the largest value keeps a one-pixel stroke at full strength in a picture that is made eight times smaller.
    /// </summary>
    public Mask ResizeByMaximum(int width, int height) => new(width, height, MaskFilters.ResizeByMaximum(Values, Width, Height, width, height));

    // ITU-R BT.601 luma; white is exactly 255 because the weights add up to one.
    private static float Luma(byte r, byte g, byte b) => ((299 * r) + (587 * g) + (114 * b)) / 1000f;
}
