using System.Text.Json.Serialization;
using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Canvas.Tiles;

/// <summary>
/// Where a picture with holes lies over the board: 16 x 16 cells, a bit for each in which no pixel is more see-through than not. A result that blends into its
/// neighbours is opaque only where it is new; the planner must know that without decoding pixels. On the wire 64 hex digits, rows from the top,
/// four digits a row, the leftmost cell in the highest bit.
/// </summary>
[JsonConverter(typeof(SolidGrid.Converter))]
public sealed class SolidGrid : IEquatable<SolidGrid>
{
    public const int Side = 16;

    // The middle of a soft edge. With nearly opaque as the measure, the cells of a feather were open past the edge of the picture below, and a
    // mask on a picture beside an extension was taken for one more extension. What is really see-through, the server reads from the pixels.
    private const byte CoveringAlpha = 128;

    private readonly ushort[] _rows;

    private SolidGrid(ushort[] rows) => _rows = rows;

    /// <exception cref="ArgumentException">Not 64 hex digits.</exception>
    public static SolidGrid Parse(string? text)
    {
        if (text is not { Length: Side * 4 })
            throw new ArgumentException($"A solid grid has {Side * 4} hex digits.", nameof(text));
        var rows = new ushort[Side];
        for (var row = 0; row < Side; row++)
        {
            if (!ushort.TryParse(text.AsSpan(row * 4, 4), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out rows[row]))
                throw new ArgumentException("A solid grid is written in hex digits.", nameof(text));
        }

        return new(rows);
    }

    /// <summary>Reads the alpha of an RGBA picture.</summary>
    /// <param name="rgba"><c>[height, width, 4]</c> bytes, rows from the top.</param>
    /// <returns>Null if every cell covers.</returns>
    /// <exception cref="ArgumentException">The buffer has another length.</exception>
    public static SolidGrid? FromAlpha(ReadOnlySpan<byte> rgba, int width, int height)
    {
        if (width < 1 || height < 1 || rgba.Length != (long)width * height * 4)
            throw new ArgumentException($"A {width} x {height} RGBA picture has {(long)width * height * 4} bytes, not {rgba.Length}.", nameof(rgba));
        var rows = new ushort[Side];
        Array.Fill(rows, ushort.MaxValue);
        for (var y = 0; y < height; y++)
        {
            // A pixel belongs to each cell that it touches: pictures of fewer than 16 pixels touch several cells with one pixel.
            var (firstRow, lastRow) = (y * Side / height, (((y + 1) * Side) - 1) / height);
            for (var x = 0; x < width; x++)
            {
                if (rgba[(((y * width) + x) * 4) + 3] >= CoveringAlpha)
                    continue;
                var (firstColumn, lastColumn) = (x * Side / width, (((x + 1) * Side) - 1) / width);
                for (var row = firstRow; row <= lastRow; row++)
                {
                    for (var column = firstColumn; column <= lastColumn; column++)
                        rows[row] &= (ushort)~(0x8000 >> column);
                }
            }
        }

        return Array.TrueForAll(rows, static row => row == ushort.MaxValue) ? null : new(rows);
    }

    public bool IsSolid(int column, int row) => (uint)column < Side && (uint)row < Side && (_rows[row] & (0x8000 >> column)) != 0;

    public bool Equals(SolidGrid? other) => other is not null && _rows.AsSpan().SequenceEqual(other._rows);

    public override bool Equals(object? obj) => Equals(obj as SolidGrid);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var row in _rows)
            hash.Add(row);
        return hash.ToHashCode();
    }

    public override string ToString() => string.Concat(_rows.Select(static row => row.ToString("x4", System.Globalization.CultureInfo.InvariantCulture)));

    private sealed class Converter() : TextConverter<SolidGrid>(Parse, static grid => grid.ToString());
}
