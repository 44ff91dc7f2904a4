namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>How colours are matched: by what is known (<see cref="ColourMatch"/>), and across the border.</summary>
public sealed record ColourMatchOptions
{
    /// <summary>
    /// Length over which differences are averaged on the known pixels, in pixels of the model. Longer than what the VAE blurs (it works in
    /// patches of 8), shorter than what light changes over.
    /// </summary>
    public float SmoothingPx { get; init; } = 8;

    /// <summary>
    /// Differences from the local offset beyond this many levels of 255 count less and less (Geman-McClure weights, as in Black and
    /// Rangarajan 1996, "On the unification of line processes, outlier rejection, and robust statistics"): they are content, not colour.
    /// </summary>
    public float OutlierLevels { get; init; } = 20;

    /// <summary>No offset is larger than this many levels of 255.</summary>
    public float LargestOffset { get; init; } = 64;

    /// <summary>
    /// How far into the new content its colours are led over from the original's at the border, in pixels of the model; 0 for not at all.
    /// </summary>
    public float RimReachPx { get; init; } = 24;

    /// <summary>The same at the picture's own pixels, for what the model's resolution cannot see; 0 for not at all.</summary>
    public float FineRimReachPx { get; init; } = 4;

    /// <summary>Most that a rim pixel may be moved, in levels of 255: past it the model has drawn something else, and its edge is an edge.</summary>
    public float LargestRimOffset { get; init; } = 128;

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its limits; the message names it.</exception>
    internal void Validate()
    {
        OptionLimits.Check(SmoothingPx, 0.5f, 256, nameof(SmoothingPx));
        OptionLimits.Check(OutlierLevels, 1, 255, nameof(OutlierLevels));
        OptionLimits.Check(RimReachPx, 0, 256, nameof(RimReachPx));
        OptionLimits.Check(FineRimReachPx, 0, 64, nameof(FineRimReachPx));
        OptionLimits.Check(LargestRimOffset, 0, 255, nameof(LargestRimOffset));
        OptionLimits.Check(LargestOffset, 0, 255, nameof(LargestOffset));
    }
}
