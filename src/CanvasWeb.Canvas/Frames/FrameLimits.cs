namespace CanvasWeb.Canvas.Frames;

/// <summary>What a frame may be and how its crop is chosen.</summary>
public sealed record FrameLimits
{
    public static FrameLimits Default { get; } = new();

    /// <summary>World units.</summary>
    public double MinSide { get; init; } = 32;

    /// <summary>World units.</summary>
    public double MaxSide { get; init; } = 4_096;

    /// <summary>The longer side over the shorter.</summary>
    public double MaxAspect { get; init; } = 4;

    /// <summary>The crop is at least this many times the part to be made anew: models need to see what they continue.</summary>
    public double ContextFactor { get; init; } = 1.2;

    /// <summary>The same where pictures are carried on over their edge: more has to be seen to continue a scene than to mend a hole in it.</summary>
    public double ExtensionContextFactor { get; init; } = 1.5;

    /// <summary>World units of context on each side at the least, where there is a picture to see.</summary>
    public double MinContext { get; init; } = 32;

    /// <summary>Less than this share of the frame uncovered (or covered) counts as none: a hair's breadth between two pictures is no reason to call it an outpaint.</summary>
    public double Negligible { get; init; } = 0.001;

    /// <summary>Pixels that planning one frame may look at to find what is painted: about a second. Hundreds of strokes by hand stay far below.</summary>
    public long MaxMaskWork { get; init; } = 200_000_000;

    /// <summary>The same for cutting a frame out at full size: some seconds.</summary>
    public long MaxCutWork { get; init; } = 2_000_000_000;
}
