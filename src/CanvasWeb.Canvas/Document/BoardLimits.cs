namespace CanvasWeb.Canvas.Document;

/// <summary>The limits that <see cref="OpValidator"/> enforces. Only new ops are held against them: a stored log replays whatever they are today.</summary>
public sealed record BoardLimits
{
    public static BoardLimits Default { get; } = new();

    /// <summary>Largest |x| and |y|, world units. At ten million a double still tells apart a millionth of a pixel.</summary>
    public double MaxCoordinate { get; init; } = 1e7;

    /// <summary>Smallest side of any node, world units.</summary>
    public double MinSide { get; init; } = 1;

    /// <summary>Largest side of any node but a group, world units: also the largest export.</summary>
    public double MaxSide { get; init; } = 16_384;

    public double MaxFrameSide { get; init; } = 4_096;

    public int MaxTilePixelsASide { get; init; } = 16_384;

    /// <summary>Nodes for each board, tombstones included.</summary>
    public int MaxNodes { get; init; } = 50_000;

    /// <summary>Groups inside groups.</summary>
    public int MaxDepth { get; init; } = 8;

    public int MaxOrderKeyLength { get; init; } = 512;

    public int MaxNameLength { get; init; } = 120;

    public int MaxNoteLength { get; init; } = 4_000;

    public int MaxPromptLength { get; init; } = 2_000;

    public int MaxCandidates { get; init; } = 8;

    public int MaxSteps { get; init; } = 200;

    public double MaxGuidance { get; init; } = 30;

    public int MaxPriorSamples { get; init; } = 8;

    /// <summary>Largest seed: 2^53 - 1, so that a browser reads it without rounding.</summary>
    public long MaxSeed { get; init; } = 9_007_199_254_740_991;

    public int MaxStrokePoints { get; init; } = 4_096;

    /// <summary>Points of all strokes on a board, those in deleted and cleared masks included, since they may come back: about 24 MB in memory.</summary>
    public long MaxMaskPoints { get; init; } = 1_000_000;

    public double MaxBrushRadius { get; init; } = 4_096;

    /// <summary>Mask entries that still count: those after the last clear or fill.</summary>
    public int MaxMaskEntries { get; init; } = 2_000;

    /// <summary>Mask entries in all. Room is left above <see cref="MaxMaskEntries"/>, so that a full mask can still be cleared.</summary>
    public int MaxMaskHistory { get; init; } = 20_000;

    /// <summary>Bytes of one op in JSON.</summary>
    public int MaxOpBytes { get; init; } = 256 * 1024;

    /// <summary>Ops for each submission.</summary>
    public int MaxBatch { get; init; } = 256;
}
