using System.Numerics;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// On flat surroundings a rectangle that is two levels darker is seen, and so are soft blotches within it. Where the new content lies that close
/// to the smooth fill of the hole it is meant to be the same surface, and the local mean of the difference is taken out.
/// </summary>
/// <remarks>
/// The field minimises Σ w |o − (fill − made)|² + Σ |∇o|², w = 1/smoothing² on new pixels, faded by <see cref="SoftCutoff"/>: drawn objects
/// and texture lie outside the limit and neither pull nor are moved by more than it. On known pixels o is pulled to 0.
/// </remarks>
internal static class FlatMatch
{
    /// <param name="made">What the model made, matched on the known pixels.</param>
    /// <param name="filled">What it was given: the smooth fill where <paramref name="unknown"/> is above 0.</param>
    /// <param name="unknown">Above 0 where the picture is made anew; other pixels are returned as they are.</param>
    /// <param name="levels">The limit, in levels of 255.</param>
    /// <param name="smoothingPx">Length over which the difference is averaged.</param>
    public static ColourField Apply(ColourField made, ColourField filled, Mask unknown, float levels, float smoothingPx)
    {
        var weights = new float[made.Pixels.Length];
        var data = new Vector4[made.Pixels.Length];
        var anyKnown = false;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = 1 / (smoothingPx * smoothingPx);
            if (unknown.Values[i] <= 0)
            {
                anyKnown = true;
                continue;
            }

            data[i] = filled.Pixels[i] - made.Pixels[i];
            weights[i] *= SoftCutoff.Weight(data[i], levels);
        }

        // With nothing known the fill is an arbitrary grey.
        if (!anyKnown)
            return made;
        var limit = new Vector4(levels);
        var offset = MembraneSolver.Solve(made.Width, made.Height, weights, data);
        var pixels = (Vector4[])made.Pixels.Clone();
        for (var i = 0; i < pixels.Length; i++)
        {
            if (unknown.Values[i] > 0)
                pixels[i] += Vector4.Clamp(offset[i], -limit, limit);
        }

        return new ColourField(made.Width, made.Height, pixels);
    }
}
