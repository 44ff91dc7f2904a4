using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

/// <summary>Seeded pictures and masks.</summary>
internal static class Pictures
{
    /// <summary>A smooth sky-and-ground picture with a few discs and a little noise; opaque.</summary>
    public static PixelImage Scene(int width, int height, int seed)
    {
        var random = new Random(seed);
        var image = new PixelImage(width, height);
        var discs = Enumerable.Range(0, 4).Select(_ => (X: random.Next(width), Y: random.Next(height), R: 1 + random.Next(1 + (width / 4)), Colour: random.Next())).ToArray();
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var o = image.Offset(x, y);
                var (r, g, b) = (60 + (100 * y / height), 90 + (60 * x / width), 180 - (90 * y / height));
                foreach (var disc in discs)
                {
                    if (((x - disc.X) * (x - disc.X)) + ((y - disc.Y) * (y - disc.Y)) <= disc.R * disc.R)
                        (r, g, b) = (40 + (disc.Colour % 160), 40 + (disc.Colour / 160 % 160), 40 + (disc.Colour / 25600 % 160));
                }

                var noise = random.Next(-3, 4);
                (image.Rgba[o], image.Rgba[o + 1], image.Rgba[o + 2], image.Rgba[o + 3]) = ((byte)(r + noise), (byte)(g + noise), (byte)(b + noise), 255);
            }
        }

        return image;
    }

    /// <summary>Brush strokes, boxes, soft blobs, edges, everything, single pixels, in turn; never empty.</summary>
    public static Mask RandomMask(int width, int height, int seed)
    {
        var random = new Random(seed);
        var values = new float[width * height];
        switch (seed % 6)
        {
            case 0:
                double px = random.Next(width), py = random.Next(height), angle = random.NextDouble() * 6.28;
                var brush = 1 + random.Next(5);
                for (var k = 0; k < 40; k++)
                {
                    angle += (random.NextDouble() - 0.5) * 0.8;
                    px = Math.Clamp(px + (2 * Math.Cos(angle)), 0, width - 1);
                    py = Math.Clamp(py + (2 * Math.Sin(angle)), 0, height - 1);
                    Disc((int)px, (int)py, brush, soft: false);
                }

                break;
            case 1:
                Box(random.Next(width), random.Next(height), 1 + random.Next(width / 2), 1 + random.Next(height / 2));
                break;
            case 2:
                Disc(random.Next(width), random.Next(height), 3 + random.Next(Math.Max(1, width / 3)), soft: true);
                break;
            case 3:
                var depth = 1 + random.Next(width / 3);
                if (random.Next(2) == 0)
                    Box(random.Next(2) == 0 ? 0 : width - depth, 0, depth, height);
                else
                    Box(0, random.Next(2) == 0 ? 0 : height - Math.Min(height, depth), width, Math.Min(height, depth));
                break;
            case 4:
                Array.Fill(values, seed % 12 == 4 ? 1f : 0.4f);
                break;
            default:
                for (var k = random.Next(1, 4); k > 0; k--)
                    values[random.Next(values.Length)] = random.Next(1, 256) / 255f;
                break;
        }

        if (!values.Any(v => v > 0))
            values[random.Next(values.Length)] = 1;
        return new Mask(width, height, values);

        void Box(int x, int y, int w, int h)
        {
            for (var row = y; row < Math.Min(height, y + h); row++)
            {
                for (var column = x; column < Math.Min(width, x + w); column++)
                    values[(row * width) + column] = 1;
            }
        }

        void Disc(int cx, int cy, int radius, bool soft)
        {
            for (var y = Math.Max(0, cy - radius); y < Math.Min(height, cy + radius + 1); y++)
            {
                for (var x = Math.Max(0, cx - radius); x < Math.Min(width, cx + radius + 1); x++)
                {
                    var d = Math.Sqrt(((x - cx) * (x - cx)) + ((y - cy) * (y - cy))) / (radius + 1);
                    if (d <= 1)
                        values[(y * width) + x] = Math.Max(values[(y * width) + x], soft ? (float)(1 - d) : 1);
                }
            }
        }
    }

    /// <summary>Makes some pixels transparent or half transparent, with colours that must survive.</summary>
    public static void AddTransparency(PixelImage image, int seed)
    {
        var random = new Random(seed);
        var (x0, y0) = (random.Next(image.Width), random.Next(image.Height));
        for (var y = y0; y < Math.Min(image.Height, y0 + (image.Height / 3)); y++)
        {
            for (var x = x0; x < Math.Min(image.Width, x0 + (image.Width / 3)); x++)
                image.Rgba[image.Offset(x, y) + 3] = (byte)(random.Next(3) * 100);
        }
    }
}
