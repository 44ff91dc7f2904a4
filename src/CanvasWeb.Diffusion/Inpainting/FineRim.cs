using System.Numerics;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// <see cref="RimMatch"/> once more at the picture's own pixels, over a few pixels only: what the model's resolution cannot see (grain, an edge that lies half
/// a model pixel off) is led over so that the very first new pixel continues the last old one.
/// </summary>
/// <remarks>
/// Same energy with a short reach; over such a distance plain relaxation on the band along the border converges in some twenty sweeps, so no
/// multigrid and no work in the middle of the hole.
/// </remarks>
internal static class FineRim
{
    private const int Sweeps = 24;

    /// <summary>How stiffly the rim holds to its data: 1 lets half of the grain through, much more copies the grain inwards as streaks.</summary>
    private const float RimWeight = 3;

    /// <summary>Offsets have fallen below a twentieth at this many reaches.</summary>
    private const float BandInReaches = 3;

    /// <summary>Adds the offsets to <paramref name="made"/>, in place, where it is painted.</summary>
    /// <param name="kept">Known pixels that nobody painted: what the border continues.</param>
    /// <param name="painted">Pixels that will be taken from <paramref name="made"/>.</param>
    /// <param name="truth">The original's colours, read where kept.</param>
    public static void Apply(int width, int height, Vector4[] made, bool[] kept, bool[] painted, Vector4[] truth, float reachPx, float largest)
    {
        var distance = DistanceField.Compute(width, height, i => kept[i]);
        var band = new List<int>();
        for (var i = 0; i < made.Length; i++)
        {
            if (painted[i] && distance[i] <= BandInReaches * reachPx)
                band.Add(i);
        }

        var screen = 1 / (reachPx * reachPx);
        var offset = new Vector4[made.Length];
        var data = new Vector4[band.Count];
        var onRim = new bool[band.Count];
        for (var k = 0; k < band.Count; k++)
        {
            var sum = Vector4.Zero;
            var count = 0;
            foreach (var j in Neighbours(band[k]))
            {
                if (j < 0 || !kept[j])
                    continue;
                sum += truth[j];
                count++;
            }

            onRim[k] = count > 0;
            if (count > 0)
                data[k] = offset[band[k]] = SoftCutoff.Apply((sum / count) - made[band[k]], largest);
        }

        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            for (var n = 0; n < band.Count; n++)
            {
                // There and back in turn, so that neither end of the band lags behind.
                var k = sweep % 2 == 0 ? n : band.Count - 1 - n;
                var sum = onRim[k] ? RimWeight * data[k] : Vector4.Zero;
                var weight = (onRim[k] ? RimWeight : 0) + screen;
                foreach (var j in Neighbours(band[k]))
                {
                    if (j < 0 || !painted[j])
                        continue;
                    sum += offset[j];
                    weight++;
                }

                offset[band[k]] = sum / weight;
            }
        }

        foreach (var i in band)
            made[i] += offset[i];

        // Left, right, above, below; -1 outside.
        FourNeighbours Neighbours(int i)
        {
            var x = i % width;
            return new FourNeighbours(x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i >= width ? i - width : -1, i + width < made.Length ? i + width : -1);
        }
    }

    /// <summary>Four indices without an array for each pixel and sweep.</summary>
    private readonly record struct FourNeighbours(int A, int B, int C, int D)
    {
        public Enumerator GetEnumerator() => new(this);

        public struct Enumerator(FourNeighbours four)
        {
            private int _at = -1;

            public readonly int Current => _at switch { 0 => four.A, 1 => four.B, 2 => four.C, _ => four.D };

            public bool MoveNext() => ++_at < 4;
        }
    }
}
