using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>Where the horizon of a landscape lies.</summary>
internal static class Horizon
{
    /// <summary>Lines apart: a horizon drawn with a pixel of softness is one step all the same.</summary>
    private const int Apart = 3;

    /// <summary>The strongest step between the mean colours of lines, in pixels from the top. Copied from make_suite.py, which chose only scenes where it finds the true one.</summary>
    /// <param name="left">First column that is looked at; the others to its right are, too.</param>
    public static int Find(PixelImage picture, int left)
    {
        var lines = new double[picture.Height][];
        for (var y = 0; y < picture.Height; y++)
        {
            lines[y] = new double[3];
            for (var x = left; x < picture.Width; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                    lines[y][channel] += picture.Rgba[picture.Offset(x, y) + channel];
            }
        }

        var (best, at) = (-1.0, 0);
        for (var y = 0; y + Apart < picture.Height; y++)
        {
            var step = 0.0;
            for (var channel = 0; channel < 3; channel++)
                step += Math.Abs(lines[y + Apart][channel] - lines[y][channel]);
            if (step > best)
                (best, at) = (step, y + 1);
        }

        return at;
    }
}
