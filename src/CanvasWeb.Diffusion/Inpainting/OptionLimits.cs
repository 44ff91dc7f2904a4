namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>Refuses options outside their limits, NaN included, and says what the limits are.</summary>
internal static class OptionLimits
{
    public static void Check(double value, double least, double most, string name)
    {
        if (!(value >= least && value <= most))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must lie in {least}..{most}.");
    }
}
