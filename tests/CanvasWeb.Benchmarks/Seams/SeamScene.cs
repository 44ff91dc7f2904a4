using System.Text.Json;
using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Imaging;

namespace CanvasWeb.Benchmarks.Seams;

/// <summary>A real picture with its true continuation to both sides (tests/golden/scenes), and what is asked of it.</summary>
/// <param name="Name">File name.</param>
/// <param name="Caption">What it shows.</param>
/// <param name="Wide">512 x 256: the middle half is the picture, the rest its continuation.</param>
/// <param name="Picture">The middle 256 columns.</param>
/// <param name="Mask">What inpainting makes anew in the picture: a box, an ellipse or a brush stroke, from the scene's number.</param>
public sealed record SeamScene(string Name, string Caption, PixelImage Wide, PixelImage Picture, Mask Mask)
{
    /// <summary>How far outpainting goes to the right, in pixels: all of the continuation that is known.</summary>
    public const int Extension = 128;

    private const int Side = 256;

    /// <summary>The picture with its continuation to the right: what outpainting is compared with.</summary>
    public PixelImage Continued => Cut(Wide, Extension, Side + Extension);

    /// <summary>Reads the first scenes of the folder.</summary>
    public static IReadOnlyList<SeamScene> Load(string folder, int count)
    {
        using var captions = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "captions.json")));
        var scenes = new List<SeamScene>();
        foreach (var entry in captions.RootElement.EnumerateObject().Take(count))
        {
            var wide = ImageDecoder.Decode(File.ReadAllBytes(Path.Combine(folder, entry.Name)), ImageLimits.Default);
            scenes.Add(new SeamScene(entry.Name, entry.Value.GetString() ?? "", wide, Cut(wide, Extension, Side), MaskOf(scenes.Count)));
        }

        return scenes;
    }

    private static Mask MaskOf(int number)
    {
        var random = new Random(number);
        var (cx, cy) = (random.Next(70, 186), random.Next(90, 190));
        var (rx, ry) = (random.Next(28, 56), random.Next(28, 56));
        if (number % 3 == 0)
            return Mask.FromRect(Side, Side, new PixelRect(cx - rx, cy - ry, 2 * rx, 2 * ry));
        var values = new float[Side * Side];
        if (number % 3 == 1)
        {
            Disc(cx, cy, rx, ry);
        }
        else
        {
            var angle = random.NextDouble() * Math.PI;
            for (var step = -50; step <= 50; step++)
            {
                angle += (random.NextDouble() - 0.5) * 0.05;
                Disc((int)(cx + (step * Math.Cos(angle))), (int)(cy + (step * Math.Sin(angle) * 0.7)), 18, 18);
            }
        }

        return new Mask(Side, Side, values);

        void Disc(int x0, int y0, int a, int b)
        {
            for (var y = Math.Max(0, y0 - b); y < Math.Min(Side, y0 + b); y++)
            {
                for (var x = Math.Max(0, x0 - a); x < Math.Min(Side, x0 + a); x++)
                {
                    var (u, v) = ((x - x0) / (double)a, (y - y0) / (double)b);
                    if ((u * u) + (v * v) <= 1)
                        values[(y * Side) + x] = 1;
                }
            }
        }
    }

    private static PixelImage Cut(PixelImage image, int x, int width)
    {
        var part = new PixelImage(width, image.Height);
        for (var y = 0; y < image.Height; y++)
            image.Rgba.AsSpan(image.Offset(x, y), width * 4).CopyTo(part.Rgba.AsSpan(part.Offset(0, y)));
        return part;
    }
}
