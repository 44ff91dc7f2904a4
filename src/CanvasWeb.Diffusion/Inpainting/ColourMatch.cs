using System.Numerics;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// Takes the colour shift out of a generated picture by what is seen on the known pixels, locally: the offset is a smooth field, not one
/// number (models shift the left of a picture otherwise than the right) and not a histogram (which would move the new content's
/// colours too). On the known pixels the field is the local mean of (true − generated); through the hole it runs as a membrane, so that at
/// the border the correction is what the border needs.
/// </summary>
/// <remarks>
/// The field minimises Σ w |o − (true − generated)|² + Σ |∇o|² with w = 1/smoothing² (<see cref="MembraneSolver"/>; the membrane of
/// Pérez et al. 2003 with soft instead of hard borders: the VAE's errors at single pixels are noise here). Two rounds of re-weighting leave
/// out known pixels that show other content than the original.
/// </remarks>
public static class ColourMatch
{
    private const int RobustRounds = 2;

    /// <summary>The generated picture with the offset added; alpha as it was.</summary>
    /// <param name="generated">What the model made, of the whole crop.</param>
    /// <param name="truth">The picture that the model was given, of the same size.</param>
    /// <param name="unknown">Of the same size: 0 where both should agree; above 0 the difference counts with (1 − m)², at 1 not at all.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <exception cref="ArgumentException">Sizes differ.</exception>
    public static PixelImage Apply(PixelImage generated, PixelImage truth, Mask unknown, ColourMatchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generated);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(unknown);
        if (generated.Width != truth.Width || generated.Height != truth.Height || unknown.Width != truth.Width || unknown.Height != truth.Height)
            throw new ArgumentException($"Sizes differ: generated {generated.Width} x {generated.Height}, truth {truth.Width} x {truth.Height}, mask {unknown.Width} x {unknown.Height}.", nameof(generated));
        var matched = Apply(ColourField.FromImage(generated), ColourField.FromImage(truth), unknown, options ?? new ColourMatchOptions()).ToImage();
        for (var o = 3; o < matched.Rgba.Length; o += 4)
            matched.Rgba[o] = generated.Rgba[o];
        return matched;
    }

    internal static ColourField Apply(ColourField generated, ColourField truth, Mask unknown, ColourMatchOptions options)
    {
        options.Validate();
        var offset = Offset(generated, truth, unknown, options);
        if (offset is null)
            return generated;
        var limit = new Vector4(options.LargestOffset);
        var pixels = new Vector4[generated.Pixels.Length];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = generated.Pixels[i] + Vector4.Clamp(offset[i], -limit, limit);
        return new ColourField(generated.Width, generated.Height, pixels);
    }

    /// <summary>The field; null when nothing is known.</summary>
    private static Vector4[]? Offset(ColourField generated, ColourField truth, Mask unknown, ColourMatchOptions options)
    {
        var trust = new float[unknown.Values.Length];
        var difference = new Vector4[trust.Length];
        var anyKnown = false;
        for (var i = 0; i < trust.Length; i++)
        {
            var known = 1 - unknown.Values[i];
            trust[i] = known * known / (options.SmoothingPx * options.SmoothingPx);
            difference[i] = truth.Pixels[i] - generated.Pixels[i];
            anyKnown |= trust[i] > 0;
        }

        if (!anyKnown)
            return null;
        var offset = MembraneSolver.Solve(generated.Width, generated.Height, trust, difference);
        var weights = new float[trust.Length];
        for (var round = 0; round < RobustRounds; round++)
        {
            for (var i = 0; i < weights.Length; i++)
            {
                var outlier = (difference[i] - offset[i]).LengthSquared() / (3 * options.OutlierLevels * options.OutlierLevels);
                weights[i] = trust[i] / ((1 + outlier) * (1 + outlier));
            }

            offset = MembraneSolver.Solve(generated.Width, generated.Height, weights, difference);
        }

        return offset;
    }
}
