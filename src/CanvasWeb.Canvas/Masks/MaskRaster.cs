namespace CanvasWeb.Canvas.Masks;

/// <summary>A graded mask in memory: 1 = painted, 0 = not, values between along soft and slanting edges.</summary>
/// <param name="Width">Pixels a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Values"><c>[height, width]</c>, rows from the top, 0 to 1.</param>
public sealed record MaskRaster(int Width, int Height, float[] Values)
{
    public MaskRaster(int width, int height)
        : this(width, height, new float[checked(width * height)])
    {
    }

    public float this[int x, int y] => Values[(y * Width) + x];
}
