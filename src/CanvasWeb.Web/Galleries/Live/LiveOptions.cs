using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Galleries.Live;

/// <summary>What watching boards may cost.</summary>
internal sealed record LiveOptions
{
    public const string Section = "LiveGalleries";

    /// <summary>Connections that watch one board, besides the people on it.</summary>
    [Range(1, 10_000)]
    public int WatchersPerBoard { get; init; } = 100;

    /// <summary>Connections that watch any board of this process.</summary>
    [Range(1, 100_000)]
    public int Watchers { get; init; } = 1_000;

    /// <summary>Connections from one network (as sign-in counts them: an address, or a /64 of IPv6) that watch any board of this process: one stranger keeps nobody else out.</summary>
    [Range(1, 100_000)]
    public int WatchersPerNetwork { get; init; } = 30;

    /// <summary>How often it is checked that what is watched may still be: ends what ended by time, or in another process.</summary>
    [Range(1, 3_600)]
    public int RecheckSeconds { get; init; } = 15;

    /// <summary>Calls (join) a second for each connection.</summary>
    [Range(1, 1_000)]
    public int CallsPerSecond { get; init; } = 5;
}
