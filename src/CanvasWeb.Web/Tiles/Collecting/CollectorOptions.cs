using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Tiles.Collecting;

/// <summary>When pictures, films and inputs that nothing names any more are erased.</summary>
internal sealed record CollectorOptions
{
    public const string Section = "Blobs";

    /// <summary>False: nothing is ever erased.</summary>
    public bool Collect { get; init; } = true;

    /// <summary>Days for which a blob stays after the collector first found that nothing names it, and after it was last stored.</summary>
    [Range(1, 3650)]
    public int GraceDays { get; init; } = 14;

    /// <summary>Hours between "served to nobody" and "erased": longer than any replica remembers a picture's row (<see cref="TileStore.KnownFor"/>).</summary>
    [Range(1, 240)]
    public int DoomHours { get; init; } = 2;

    /// <summary>Minutes between the start of the site and the first run.</summary>
    [Range(0, 1440)]
    public int FirstAfterMinutes { get; init; } = 10;

    /// <summary>Hours between two runs.</summary>
    [Range(1, 168)]
    public int EveryHours { get; init; } = 6;

    /// <summary>Blobs that one run looks at, some 200 bytes of memory each; the next goes on where it ended.</summary>
    [Range(1, 10_000_000)]
    public int MaxBlobs { get; init; } = 100_000;

    /// <summary>Days after which finished jobs of programs (`/v1`) are erased, with what they asked for and got; 0: they stay until their account goes.</summary>
    [Range(0, 3650)]
    public int KeepApiJobsDays { get; init; }
}
