namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>Settings of <see cref="Outpainter"/>.</summary>
public sealed record OutpaintOptions
{
    /// <summary>
    /// What happens within each frame. The feather is longer than for inpainting: nothing is to be removed under the overlap, so nothing can shine
    /// through, and texture fades out instead of stopping; at most three quarters of the overlap are feather. The rim reaches farther: there is no other side to arrive at. The fill of an extension
    /// is no surface to be held to: it only repeats the border's colours.
    /// </summary>
    public InpaintOptions Inpaint { get; init; } = new()
    {
        FeatherPx = 24,
        ColourMatch = new() { RimReachPx = 48, RimReachPart = 1, LargestRimOffset = 128, FlatLevels = 0 },
    };

    /// <summary>
    /// How many pixels of the original itself are made anew along its growing sides (at most a quarter of its shorter side) and blended with what they were, so that the seam does not lie on its
    /// border: the result differs from the original there. Nothing is lost on a board, which keeps the original and lays the new part over it
    /// as a tile: without the tile the original is as it was. 0 leaves every pixel of the original as it is. 0..512.
    /// </summary>
    public int OverlapPx { get; init; } = 32;

    /// <summary>At most this part of a frame is new when there is enough known: the rest is context. 0.1..0.9.</summary>
    public double NewPart { get; init; } = 0.5;

    /// <summary>
    /// A picture larger than the model's native size is seen reduced by up to this factor, so that things keep their size relative to the
    /// picture; the new part is then as much softer. 1 works at the picture's own pixels. 1..8.
    /// </summary>
    public double LargestReduction { get; init; } = 4;

    /// <summary>Longer side of the enlarged picture. 16..65,536.</summary>
    public int LongestSidePx { get; init; } = 8192;

    /// <summary>Generations for one call. 1..1024.</summary>
    public int MostFrames { get; init; } = 64;

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its limits; the message names it.</exception>
    internal void Validate()
    {
        Inpaint.Validate();
        OptionLimits.Check(OverlapPx, 0, 512, nameof(OverlapPx));
        OptionLimits.Check(NewPart, 0.1, 0.9, nameof(NewPart));
        OptionLimits.Check(LargestReduction, 1, 8, nameof(LargestReduction));
        OptionLimits.Check(LongestSidePx, 16, 65536, nameof(LongestSidePx));
        OptionLimits.Check(MostFrames, 1, 1024, nameof(MostFrames));
    }
}
