using System.Numerics;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// Fills the hole with the smoothest surface that the known pixels allow (a membrane: Laplace's equation, Pérez et al. 2003, "Poisson Image
/// Editing", §2). The model then starts from colours that already continue the surroundings: what stood in the hole does not shine
/// through at strengths below 1, and the encoder sees no step at the border, which its receptive field would carry into the known part.
/// </summary>
public static class HoleFill
{
    /// <summary>What a picture with nothing known is filled with: mid grey, the byte nearest to 0 in the models' range of -1..1.</summary>
    private const float MidGrey = 128;

    /// <summary>Fills where the hole is above 0 and where the picture is fully transparent.</summary>
    /// <param name="image">Any picture; not changed.</param>
    /// <param name="hole">Of the same size. A graded pixel is pulled to its old colour by (1 − m) / m: all of it at 0, none at 1.</param>
    /// <returns>An opaque picture whose known pixels have their colours unchanged.</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static PixelImage Fill(PixelImage image, Mask hole)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(hole);
        if (hole.Width != image.Width || hole.Height != image.Height)
            throw new ArgumentException($"The mask is {hole.Width} x {hole.Height}, the picture {image.Width} x {image.Height}.", nameof(hole));
        var weights = new float[hole.Values.Length];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = image.Rgba[(i * 4) + 3] == 0 ? 0 : Weight(hole.Values[i]);
        return Fill(ColourField.FromImage(image), weights).ToImage();
    }

    /// <summary>How strongly a pixel of this mask value keeps its colour.</summary>
    internal static float Weight(float mask) => mask <= 0 ? MembraneSolver.Fixed : (1 - mask) / mask;

    /// <summary>As above, in float, with the solver's weights.</summary>
    internal static ColourField Fill(ColourField picture, float[] weights)
    {
        if (!weights.AsSpan().ContainsAnyExcept(0f))
        {
            var grey = new Vector4[weights.Length];
            Array.Fill(grey, new Vector4(MidGrey, MidGrey, MidGrey, 0));
            return new ColourField(picture.Width, picture.Height, grey);
        }

        if (!weights.AsSpan().ContainsAnyExcept(MembraneSolver.Fixed))
            return picture;
        return new ColourField(picture.Width, picture.Height, MembraneSolver.Solve(picture.Width, picture.Height, weights, picture.Pixels));
    }
}
