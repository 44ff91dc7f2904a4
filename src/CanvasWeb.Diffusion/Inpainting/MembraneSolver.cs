using System.Numerics;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// The surface u of least bending energy over a picture that is pulled towards data where there is some: it minimises
/// <c>Σ w_i |u_i − d_i|² + Σ_neighbours |u_i − u_j|²</c>. With w infinite on known pixels and 0 in a hole this is Laplace's equation
/// with the known pixels as the boundary (the membrane of Pérez et al. 2003, "Poisson Image Editing", eq. 2 with no guidance); with finite w
/// it is a smoothing with the length 1/√w that runs through holes as a membrane.
/// </summary>
/// <remarks>
/// Full multigrid (Briggs, Henson and McCormick 2000, "A Multigrid Tutorial", ch. 3): plain relaxation moves information one pixel a sweep,
/// so that a hole of 1,024 pixels would need a million sweeps. Borders of the picture are free (Neumann). Three channels at a time in the
/// lanes of a <see cref="Vector4"/>.
/// </remarks>
internal static class MembraneSolver
{
    /// <summary>A weight that fixes a pixel to its data.</summary>
    public const float Fixed = float.PositiveInfinity;

    private const int SweepsBefore = 2;
    private const int SweepsAfter = 2;
    private const int CoarsestSweeps = 60;

    /// <summary>On the way up a level only has to be good enough to start the next one.</summary>
    private const int CyclesOnTheWay = 2;

    /// <summary>
    /// On the finest level: a cycle leaves a third of the error around thin holes and a thirtieth in wide ones (measured), and the correction of the
    /// coarse levels says how large it was; below a tenth of a grey level nobody sees it.
    /// </summary>
    private const int MostCycles = 12;
    private const float SmallCorrection = 0.1f;

    /// <summary>Solves for <c>width * height</c> pixels.</summary>
    /// <param name="weights">0 = no data, <see cref="Fixed"/> = exactly the data; at least one above 0.</param>
    /// <param name="data">The values to be pulled to; ignored where the weight is 0.</param>
    /// <returns>u; equal to the data, bit for bit, where fixed.</returns>
    public static Vector4[] Solve(int width, int height, float[] weights, Vector4[] data)
    {
        var levels = new List<Level> { new(width, height, weights, data) };
        while (levels[^1].Width > 2 || levels[^1].Height > 2)
            levels.Add(levels[^1].Coarsen());

        var coarsest = levels[^1];
        coarsest.StartFromMean();
        for (var sweep = 0; sweep < CoarsestSweeps; sweep++)
            coarsest.Relax();
        for (var k = levels.Count - 2; k >= 0; k--)
        {
            levels[k].StartFrom(levels[k + 1]);
            for (var cycle = 0; cycle < (k == 0 ? MostCycles : CyclesOnTheWay); cycle++)
            {
                if (Cycle(levels, k) < SmallCorrection)
                    break;
            }
        }

        return levels[0].U;
    }

    /// <returns>The largest correction by the coarse levels.</returns>
    private static float Cycle(List<Level> levels, int k)
    {
        var level = levels[k];
        if (k == levels.Count - 1)
        {
            for (var sweep = 0; sweep < CoarsestSweeps; sweep++)
                level.Relax();
            return 0;
        }

        for (var sweep = 0; sweep < SweepsBefore; sweep++)
            level.Relax();
        // The coarse level's own problem is no longer needed on the way up: its arrays now hold the equation of the error.
        levels[k + 1].TakeResidual(level);
        Cycle(levels, k + 1);
        var correction = level.Interpolate(levels[k + 1]);
        for (var sweep = 0; sweep < SweepsAfter; sweep++)
            level.Relax();
        return correction;
    }

    private sealed class Level
    {
        private readonly float[] _weights;
        private readonly Vector4[] _data;

        /// <summary>Right-hand side w·d, or the restricted residual.</summary>
        private readonly Vector4[] _rhs;

        public Level(int width, int height, float[] weights, Vector4[] data)
        {
            Width = width;
            Height = height;
            _weights = weights;
            _data = data;
            U = new Vector4[data.Length];
            _rhs = new Vector4[data.Length];
            for (var i = 0; i < data.Length; i++)
            {
                if (!float.IsInfinity(weights[i]) && weights[i] > 0)
                    _rhs[i] = weights[i] * data[i];
            }
        }

        public int Width { get; }

        public int Height { get; }

        public Vector4[] U { get; }

        public Level Coarsen()
        {
            var width = (Width + 1) / 2;
            var height = (Height + 1) / 2;
            var weights = new float[width * height];
            var data = new Vector4[width * height];
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    var fixedCount = 0;
                    var fixedSum = Vector4.Zero;
                    var weight = 0f;
                    var sum = Vector4.Zero;
                    for (var cy = 2 * y; cy < Math.Min(Height, (2 * y) + 2); cy++)
                    {
                        for (var cx = 2 * x; cx < Math.Min(Width, (2 * x) + 2); cx++)
                        {
                            var c = (cy * Width) + cx;
                            if (float.IsInfinity(_weights[c]))
                            {
                                fixedCount++;
                                fixedSum += _data[c];
                            }
                            else if (_weights[c] > 0)
                            {
                                weight += _weights[c];
                                sum += _weights[c] * _data[c];
                            }
                        }
                    }

                    var i = (y * width) + x;
                    // One fixed child fixes the cell: a known line one pixel thin must not vanish on the coarse levels.
                    weights[i] = fixedCount > 0 ? Fixed : weight;
                    data[i] = fixedCount > 0 ? fixedSum / fixedCount : weight > 0 ? sum / weight : Vector4.Zero;
                }
            }

            return new Level(width, height, weights, data);
        }

        public void StartFromMean()
        {
            var total = 0f;
            var sum = Vector4.Zero;
            for (var i = 0; i < U.Length; i++)
            {
                var weight = float.IsInfinity(_weights[i]) ? 1e6f : _weights[i];
                if (weight <= 0)
                    continue;
                total += weight;
                sum += weight * _data[i];
            }

            var mean = total > 0 ? sum / total : Vector4.Zero;
            for (var i = 0; i < U.Length; i++)
                U[i] = float.IsInfinity(_weights[i]) ? _data[i] : mean;
        }

        public void StartFrom(Level coarse)
        {
            for (var i = 0; i < U.Length; i++)
                U[i] = Vector4.Zero;
            Interpolate(coarse);
            for (var i = 0; i < U.Length; i++)
            {
                if (float.IsInfinity(_weights[i]))
                    U[i] = _data[i];
            }
        }

        /// <summary>One red-black Gauss-Seidel sweep of (n_i + w_i) u_i = Σ u_j + rhs_i.</summary>
        public void Relax()
        {
            for (var colour = 0; colour < 2; colour++)
            {
                for (var y = 0; y < Height; y++)
                {
                    for (var x = (y + colour) & 1; x < Width; x += 2)
                    {
                        var i = (y * Width) + x;
                        var weight = _weights[i];
                        if (float.IsInfinity(weight))
                            continue;
                        var sum = Neighbours(x, y, i, out var count);
                        if (count + weight > 0)
                            U[i] = (sum + _rhs[i]) / (count + weight);
                    }
                }
            }
        }

        /// <summary>Makes this level's problem the error equation of the finer one: right-hand side = sum of the children's residuals, u = 0.</summary>
        public void TakeResidual(Level fine)
        {
            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width; x++)
                {
                    var i = (y * Width) + x;
                    U[i] = Vector4.Zero;
                    _rhs[i] = Vector4.Zero;
                    if (float.IsInfinity(_weights[i]))
                        continue;
                    for (var cy = 2 * y; cy < Math.Min(fine.Height, (2 * y) + 2); cy++)
                    {
                        for (var cx = 2 * x; cx < Math.Min(fine.Width, (2 * x) + 2); cx++)
                        {
                            var c = (cy * fine.Width) + cx;
                            var sum = fine.Neighbours(cx, cy, c, out var count);
                            _rhs[i] += fine._rhs[c] + sum - ((count + fine._weights[c]) * fine.U[c]);
                        }
                    }
                }
            }
        }

        private Vector4 Neighbours(int x, int y, int i, out int count)
        {
            var sum = Vector4.Zero;
            count = 0;
            if (x > 0)
            {
                sum += U[i - 1];
                count++;
            }

            if (x < Width - 1)
            {
                sum += U[i + 1];
                count++;
            }

            if (y > 0)
            {
                sum += U[i - Width];
                count++;
            }

            if (y < Height - 1)
            {
                sum += U[i + Width];
                count++;
            }

            return sum;
        }

        /// <summary>Adds the coarse surface, linear between cell centres (weights 9, 3, 3, 1 of 16), to every pixel that is not fixed.</summary>
        public float Interpolate(Level coarse)
        {
            var largest = Vector4.Zero;
            for (var y = 0; y < Height; y++)
            {
                var near = y >> 1;
                var far = Math.Clamp((y & 1) == 0 ? near - 1 : near + 1, 0, coarse.Height - 1);
                for (var x = 0; x < Width; x++)
                {
                    var i = (y * Width) + x;
                    if (float.IsInfinity(_weights[i]))
                        continue;
                    var nearX = x >> 1;
                    var farX = Math.Clamp((x & 1) == 0 ? nearX - 1 : nearX + 1, 0, coarse.Width - 1);
                    var addition = (9 / 16f * coarse.U[(near * coarse.Width) + nearX]) + (3 / 16f * (coarse.U[(near * coarse.Width) + farX] + coarse.U[(far * coarse.Width) + nearX]))
                        + (1 / 16f * coarse.U[(far * coarse.Width) + farX]);
                    U[i] += addition;
                    largest = Vector4.Max(largest, Vector4.Abs(addition));
                }
            }

            return Math.Max(Math.Max(largest.X, largest.Y), Math.Max(largest.Z, largest.W));
        }
    }
}
