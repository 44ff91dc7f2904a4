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
    /// At most this far into the new content its colours are led over from the original's at the border, in pixels of the model; 0 for not at
    /// all. See <see cref="RimReachPart"/>.
    /// </summary>
    public float RimReachPx { get; init; } = 24;

    /// <summary>
    /// And at most this part of the painted area's inner radius (the distance of its innermost pixel from what is known), so that the rims of both sides leave a
    /// middle.
    /// </summary>
    public float RimReachPart { get; init; } = 0.25f;

    /// <summary>
    /// New pixels whose colour lies within about this many levels of the smooth fill of the hole (<see cref="HoleFill"/>) are taken for the same
    /// surface with a faint colour fault, and the fault's local mean is taken out; 0 for not at all.
    /// </summary>
    public float FlatLevels { get; init; } = 5;

    /// <summary>The same at the picture's own pixels, for what the model's resolution cannot see; 0 for not at all.</summary>
    public float FineRimReachPx { get; init; } = 4;

    /// <summary>
    /// Steps across the border well below this many levels of 255 are led over whole, a step of this size by half, larger ones hardly: past
    /// it the model has drawn something else, and its edge is an edge.
    /// </summary>
    public float LargestRimOffset { get; init; } = 40;

    /// <summary>
    /// The same for the fine rim. It is only a few pixels wide and cannot wash out what was drawn, so that it may also lead over the edge of a drawn
    /// object that the border cuts.
    /// </summary>
    public float LargestFineRimOffset { get; init; } = 128;

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its limits; the message names it.</exception>
    internal void Validate()
    {
        OptionLimits.Check(SmoothingPx, 0.5f, 256, nameof(SmoothingPx));
        OptionLimits.Check(OutlierLevels, 1, 255, nameof(OutlierLevels));
        OptionLimits.Check(RimReachPx, 0, 256, nameof(RimReachPx));
        OptionLimits.Check(RimReachPart, 0, 4, nameof(RimReachPart));
        OptionLimits.Check(FlatLevels, 0, 64, nameof(FlatLevels));
        OptionLimits.Check(FineRimReachPx, 0, 64, nameof(FineRimReachPx));
        OptionLimits.Check(LargestRimOffset, 0, 255, nameof(LargestRimOffset));
        OptionLimits.Check(LargestFineRimOffset, 0, 255, nameof(LargestFineRimOffset));
        OptionLimits.Check(LargestOffset, 0, 255, nameof(LargestOffset));
    }
}
