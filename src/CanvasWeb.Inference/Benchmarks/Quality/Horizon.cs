using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>Whether a landscape goes on at the height where it was.</summary>
internal static class Horizon
{
    /// <summary>Lines above and below the horizon that are compared: enough for a soft one, too few for the shore of a beach.</summary>
    private const int Window = 24;

    /// <summary>How far up and down it is looked for; a quarter of a picture of 256 px.</summary>
    public const int Reach = 64;

    /// <summary>
    /// By how many pixels the lines around a known horizon have moved (below 0: up): the shift at which their mean colours in <paramref name="picture"/> differ least from
    /// those in <paramref name="known"/>, a common change of colour taken out. The strongest edge was tried first: where the model softens a horizon, it finds a shore
    /// or a glitter on water instead.
    /// </summary>
    /// <param name="from">First column of the known picture that counts.</param>
    /// <param name="to">First column after it.</param>
    /// <param name="left">First column of the other picture that counts; all to its right do, too.</param>
    public static int Offset(PixelImage known, int from, int to, PixelImage picture, int left, double horizonPx)
    {
        var (template, lines, row) = (Lines(known, from, to), Lines(picture, left, picture.Width), (int)Math.Round(horizonPx));
        var (top, bottom) = (Math.Max(0, row - Window), Math.Min(known.Height, row + Window));
        var (best, at) = (double.PositiveInfinity, 0);

        // The nearest first, so that of equal ones the smallest shift is told.
        foreach (var shift in Enumerable.Range(0, (2 * Reach) + 1).Select(k => k % 2 == 1 ? (k + 1) / 2 : -k / 2))
        {
            if (top + shift < 0 || bottom + shift > picture.Height)
                continue;
            var difference = 0.0;
            for (var channel = 0; channel < 3; channel++)
            {
                var (sum, squares) = (0.0, 0.0);
                for (var y = top; y < bottom; y++)
                {
                    var step = lines[y + shift][channel] - template[y][channel];
                    (sum, squares) = (sum + step, squares + (step * step));
                }

                difference += squares - (sum * sum / (bottom - top));
            }

            if (difference < best - 1e-9)
                (best, at) = (difference, shift);
        }

        return at;
    }

    /// <summary>Mean colour of each line.</summary>
    private static double[][] Lines(PixelImage picture, int from, int to)
    {
        var lines = new double[picture.Height][];
        for (var y = 0; y < picture.Height; y++)
        {
            lines[y] = new double[3];
            for (var x = from; x < to; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                    lines[y][channel] += picture.Rgba[picture.Offset(x, y) + channel] / (double)(to - from);
            }
        }

        return lines;
    }
}
