using System.Numerics;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// Lets the new content begin at the border with the colours that the original ends with, and go over into its own within a short reach. A
/// weak model continues a grey wall in pink; the known pixels cannot tell (it kept those), only the step across the border can.
/// </summary>
/// <remarks>
/// The offset is Σ_rim |o − d|² + Σ |∇o|² + Σ |o|²/reach² at its least, d = the kept neighbour's true colour − the rim pixel's new colour: seamless
/// cloning (Pérez et al. 2003, eq. 4) with a screening term (Bhat et al. 2008, "Fourier Analysis of the 2D Screened Poisson Equation", eq. 3), so
/// that a wrong border colours the rim and not the whole hole.
/// </remarks>
internal static class RimMatch
{
    /// <summary>Adds the offset to the painted pixels; known pixels are left as they are.</summary>
    /// <param name="made">What the model made.</param>
    /// <param name="truth">What it was given, of the same size.</param>
    /// <param name="unknown">Above 0 where the picture is made anew.</param>
    /// <param name="reachPx">How far the correction reaches in; it has fallen to about a third there.</param>
    /// <param name="largest">A step of this many levels of 255 is led over by half, see <see cref="SoftCutoff"/>.</param>
    public static ColourField Apply(ColourField made, ColourField truth, Mask unknown, float reachPx, float largest)
    {
        var (width, height) = (made.Width, made.Height);
        var weights = new float[made.Pixels.Length];
        var data = new Vector4[made.Pixels.Length];
        var screen = 1 / (reachPx * reachPx);
        var any = false;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var i = (y * width) + x;
                weights[i] = screen;
                if (unknown.Values[i] <= 0)
                    continue;
                var sum = Vector4.Zero;
                var count = 0;
                Look(x > 0, i - 1);
                Look(x < width - 1, i + 1);
                Look(y > 0, i - width);
                Look(y < height - 1, i + width);
                if (count == 0)
                    continue;
                any = true;
                weights[i] = 1;
                data[i] = SoftCutoff.Apply((sum / count) - made.Pixels[i], largest);

                void Look(bool inside, int neighbour)
                {
                    if (!inside || unknown.Values[neighbour] > 0)
                        return;
                    sum += truth.Pixels[neighbour];
                    count++;
                }
            }
        }

        if (!any)
            return made;
        // The field is only wanted inside. Tying the kept side to 0 would pull the rim towards 0 as well, so the field floats there too.
        var offset = MembraneSolver.Solve(width, height, weights, data);
        var pixels = (Vector4[])made.Pixels.Clone();
        for (var i = 0; i < pixels.Length; i++)
        {
            if (unknown.Values[i] > 0)
                pixels[i] += offset[i];
        }

        return new ColourField(width, height, pixels);
    }
}
