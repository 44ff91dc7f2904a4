using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Generation.Sketches;

/// <summary>What sketches may cost: they are free, so others' jobs must not wait for them.</summary>
internal sealed record SketchOptions
{
    public const string Section = "Generation:Sketches";

    /// <summary>How long a worker may take; past it there is no sketch.</summary>
    [Range(100, 60_000)]
    public int PatienceMs { get; init; } = 5_000;

    /// <summary>Sketches of all people that are being made or looked for at once.</summary>
    [Range(1, 1_000)]
    public int AtOnce { get; init; } = 8;

    /// <summary>Bytes of small pictures that are kept for the next place of the slider.</summary>
    [Range(0, 1L << 30)]
    public long CacheBytes { get; init; } = 16L << 20;
}
