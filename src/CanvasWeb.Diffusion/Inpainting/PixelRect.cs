namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>A rectangle of whole pixels, rows from the top. A crop may begin left of or above the picture (negative origin).</summary>
/// <param name="X">Left column.</param>
/// <param name="Y">Top row.</param>
/// <param name="Width">Columns; 0 for an empty rectangle.</param>
/// <param name="Height">Rows; 0 for an empty rectangle.</param>
public readonly record struct PixelRect(int X, int Y, int Width, int Height)
{
    /// <summary>First column to the right of the rectangle.</summary>
    public int Right => X + Width;

    /// <summary>First row below the rectangle.</summary>
    public int Bottom => Y + Height;

    public bool IsEmpty => Width <= 0 || Height <= 0;

    /// <summary>Whether every pixel of <paramref name="other"/> lies inside.</summary>
    public bool Contains(PixelRect other) => other.X >= X && other.Y >= Y && other.Right <= Right && other.Bottom <= Bottom;

    /// <summary>The pixels that both hold; empty where they do not meet.</summary>
    public PixelRect Intersect(PixelRect other)
    {
        var x = Math.Max(X, other.X);
        var y = Math.Max(Y, other.Y);
        var width = Math.Min(Right, other.Right) - x;
        var height = Math.Min(Bottom, other.Bottom) - y;
        return width <= 0 || height <= 0 ? default : new PixelRect(x, y, width, height);
    }

    /// <summary>Larger by this many pixels at all four sides.</summary>
    public PixelRect Inflate(int px) => new(X - px, Y - px, Width + (2 * px), Height + (2 * px));
}
