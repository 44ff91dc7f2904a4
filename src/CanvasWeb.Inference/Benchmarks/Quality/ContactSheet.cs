using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>Many pictures on one, row by row. A strip under each says how it was judged: green right, red wrong, none not judged.</summary>
internal sealed class ContactSheet
{
    /// <summary>Large enough to see what it is, small enough for a page.</summary>
    public const int CellHeight = 96;

    private const int StripHeight = 4;

    private const int Gap = 4;

    private const byte Background = 245;

    private readonly List<IReadOnlyList<(PixelImage Picture, bool? IsRight)>> _rows = [];

    public static PixelImage Thumbnail(PixelImage picture) =>
        ImageResizer.Resize(picture, Math.Max(1, picture.Width * CellHeight / picture.Height), CellHeight, picture.Height > CellHeight ? ResizeKernel.Area : ResizeKernel.Linear);

    /// <param name="cells">Each <see cref="CellHeight"/> pixels high; an empty row is left out.</param>
    public void AddRow(IReadOnlyList<(PixelImage Picture, bool? IsRight)> cells)
    {
        if (cells.Count > 0)
            _rows.Add(cells);
    }

    /// <summary>Null where there is no row.</summary>
    public PixelImage? Compose()
    {
        if (_rows.Count == 0)
            return null;
        var width = _rows.Max(row => row.Sum(cell => cell.Picture.Width + Gap)) + Gap;
        var sheet = new PixelImage(width, (_rows.Count * (CellHeight + StripHeight + Gap)) + Gap);
        for (var i = 0; i < sheet.Rgba.Length; i++)
            sheet.Rgba[i] = i % 4 == 3 ? byte.MaxValue : Background;
        var top = Gap;
        foreach (var row in _rows)
        {
            var left = Gap;
            foreach (var (picture, isRight) in row)
            {
                for (var y = 0; y < picture.Height; y++)
                    picture.Rgba.AsSpan(picture.Offset(0, y), picture.Width * 4).CopyTo(sheet.Rgba.AsSpan(sheet.Offset(left, top + y)));
                if (isRight is { } right)
                    FillStrip(sheet, left, top + CellHeight, picture.Width, right);
                left += picture.Width + Gap;
            }

            top += CellHeight + StripHeight + Gap;
        }

        return sheet;
    }

    private static void FillStrip(PixelImage sheet, int left, int top, int width, bool isRight)
    {
        for (var y = top; y < top + StripHeight; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                var at = sheet.Offset(x, y);
                (sheet.Rgba[at], sheet.Rgba[at + 1], sheet.Rgba[at + 2]) = isRight ? ((byte)40, (byte)160, (byte)70) : ((byte)210, (byte)50, (byte)50);
            }
        }
    }
}
