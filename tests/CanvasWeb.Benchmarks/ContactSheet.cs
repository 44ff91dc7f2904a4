using CanvasWeb.Imaging;

namespace CanvasWeb.Benchmarks;

/// <summary>Pictures in rows on white, for looking at.</summary>
public sealed class ContactSheet
{
    private const int Gap = 6;
    private readonly List<List<PixelImage>> _rows = [];

    public void NewRow() => _rows.Add([]);

    /// <summary>Adds a picture to the last row.</summary>
    public void Add(PixelImage picture) => _rows[^1].Add(picture);

    /// <summary>Writes a PNG; folders are made.</summary>
    public void Save(string file)
    {
        var width = _rows.Max(row => row.Sum(p => p.Width + Gap)) + Gap;
        var height = _rows.Sum(row => row.Max(p => p.Height) + Gap) + Gap;
        var sheet = new PixelImage(width, height);
        Array.Fill(sheet.Rgba, byte.MaxValue);
        var y = Gap;
        foreach (var row in _rows)
        {
            var x = Gap;
            foreach (var picture in row)
            {
                for (var line = 0; line < picture.Height; line++)
                    picture.Rgba.AsSpan(picture.Offset(0, line), picture.Width * 4).CopyTo(sheet.Rgba.AsSpan(sheet.Offset(x, y + line)));
                x += picture.Width + Gap;
            }

            y += row.Max(p => p.Height) + Gap;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file)) ?? ".");
        File.WriteAllBytes(file, ImageEncoder.Encode(sheet, new EncodeOptions()));
    }
}
