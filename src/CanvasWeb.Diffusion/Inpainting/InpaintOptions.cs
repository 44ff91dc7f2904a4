namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>Settings of everything around the model; where each default comes from stands in this folder's README.</summary>
public sealed record InpaintOptions
{
    /// <summary>The crop is at least this many times as wide and as high as what is painted: the model must see what to continue. 1..16.</summary>
    public double ContextFactor { get; init; } = 1.5;

    /// <summary>At least this many picture pixels around what is painted, where the picture has them. 0..4096.</summary>
    public int LeastContextPx { get; init; } = 32;

    /// <summary>
    /// How many times a small crop may be enlarged for the model: 1 sees as much of the picture as fits the model's own size, 2 sees a quarter
    /// of that with more detail. Does not hold for pictures that are smaller themselves. 1..8.
    /// </summary>
    public double LargestEnlargement { get; init; } = 1;

    /// <summary>Longer side over shorter side of what the model is asked for. 1..8.</summary>
    public double LargestAspect { get; init; } = 2;

    /// <summary>Length of the slope of <see cref="GradedMask"/> in the model's pixels; 0 for a hard mask. 0..256.</summary>
    public int SlopePx { get; init; } = 8;

    /// <summary>How many pixels inside the painted border are blended with the original. 0..256.</summary>
    public float FeatherPx { get; init; } = 4;

    /// <summary>Null leaves the model's colours as they are.</summary>
    public ColourMatchOptions? ColourMatch { get; init; } = new();

    /// <summary>Pictures with more pixels are refused: about 60 bytes of working memory are needed for each pixel of the crop. 1..268,435,456.</summary>
    public int MostPixels { get; init; } = 1 << 26;

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its limits; the message names it.</exception>
    internal void Validate()
    {
        OptionLimits.Check(ContextFactor, 1, 16, nameof(ContextFactor));
        OptionLimits.Check(LeastContextPx, 0, 4096, nameof(LeastContextPx));
        OptionLimits.Check(LargestEnlargement, 1, 8, nameof(LargestEnlargement));
        OptionLimits.Check(LargestAspect, 1, 8, nameof(LargestAspect));
        OptionLimits.Check(SlopePx, 0, 256, nameof(SlopePx));
        OptionLimits.Check(FeatherPx, 0, 256, nameof(FeatherPx));
        OptionLimits.Check(MostPixels, 1, 1 << 28, nameof(MostPixels));
        ColourMatch?.Validate();
    }
}
