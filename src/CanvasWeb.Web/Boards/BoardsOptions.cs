using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Boards;

/// <summary>What boards may cost.</summary>
internal sealed record BoardsOptions
{
    public const string Section = "Boards";

    /// <summary>Boards for each person, those in the bin included.</summary>
    [Range(1, 100_000)]
    public int PerUser { get; init; } = 200;

    /// <summary>How long a deleted board waits in the bin.</summary>
    [Range(1, 3650)]
    public int BinDays { get; init; } = 30;

    /// <summary>A snapshot is stored after so many ops: opening a board replays at most these.</summary>
    [Range(1, 100_000)]
    public int SnapshotEvery { get; init; } = 500;

    /// <summary>The last ops that a board keeps at hand for browsers that fall behind; who is further behind loads the board again.</summary>
    [Range(1, 100_000)]
    public int RecentOps { get; init; } = 2_000;

    /// <summary>How long a board that nobody uses stays in memory.</summary>
    [Range(1, 86_400)]
    public int IdleSeconds { get; init; } = 120;

    /// <summary>Submissions that wait for a board's writer before further ones wait for a place in its line.</summary>
    [Range(1, 100_000)]
    public int QueueLength { get; init; } = 1_024;

    /// <summary>Ops that go into one transaction.</summary>
    [Range(1, 10_000)]
    public int OpsPerTransaction { get; init; } = 1_024;

    /// <summary>Ops a second for each connection, over time; faster ones wait.</summary>
    [Range(1, 100_000)]
    public int OpsPerSecond { get; init; } = 200;

    /// <summary>Ops that may come at once: a paste, a reconnect.</summary>
    [Range(1, 100_000)]
    public int OpsBurst { get; init; } = 2_000;

    /// <summary>Bytes of ops a second for each connection, over time; more waits.</summary>
    [Range(16 * 1024, 64 * 1024 * 1024)]
    public int OpBytesPerSecond { get; init; } = 256 * 1024;

    /// <summary>Bytes of ops that may come at once.</summary>
    [Range(256 * 1024, 256 * 1024 * 1024)]
    public int OpBytesBurst { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes of a board's log; a board that has as many takes no more ops. What lies on it in memory is a few times this at most.</summary>
    [Range(64 * 1024, 16L * 1024 * 1024 * 1024)]
    public long LogBytesPerBoard { get; init; } = 128 * 1024 * 1024;

    /// <summary>Other calls (join, plan, generate) a second for each connection.</summary>
    [Range(1, 10_000)]
    public int CallsPerSecond { get; init; } = 30;

    /// <summary>Sketches a second for each connection, over time; more are answered as busy.</summary>
    [Range(1, 1_000)]
    public int SketchesPerSecond { get; init; } = 8;

    /// <summary>Bytes of one message to the hub: a batch of ops.</summary>
    [Range(64 * 1024, 16 * 1024 * 1024)]
    public int MessageBytes { get; init; } = 1024 * 1024;

    /// <summary>Presence messages a second that are passed on.</summary>
    [Range(1, 60)]
    public int PresenceHz { get; init; } = 30;

    /// <summary>Connections to one board.</summary>
    [Range(1, 10_000)]
    public int ViewersPerBoard { get; init; } = 200;

    /// <summary>A connection that has not taken a message for so long is cut; it catches up when it comes back.</summary>
    [Range(1, 600)]
    public int StalledSeconds { get; init; } = 30;
}
