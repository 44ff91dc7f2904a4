using System.Globalization;

namespace CanvasWeb.Inference.Commands;

/// <summary>Width and height in pixels as typed: <c>512x384</c>, or <c>512</c> for a square.</summary>
internal readonly record struct PictureSize(int Width, int Height)
{
    /// <summary>The most that can be asked for on a side. Models refuse much less; this only keeps arithmetic from overflowing.</summary>
    public const int MaxSide = 16384;

    public static bool TryParse(string text, out PictureSize size)
    {
        size = default;
        var parts = text.Split('x', 'X', '×');
        if (parts.Length is not (1 or 2) || !TryParseSide(parts[0], out var width))
            return false;
        var height = width;
        if (parts.Length == 2 && !TryParseSide(parts[1], out height))
            return false;
        size = new PictureSize(width, height);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");

    private static bool TryParseSide(string text, out int side) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side is >= 1 and <= MaxSide;
}
