using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Tiles;

/// <summary>What pictures may cost: on the disk, in memory, and for each person.</summary>
internal sealed record TileOptions
{
    public const string Section = "Tiles";

    /// <summary>Bytes of one uploaded file.</summary>
    [Range(1024, 1L << 30)]
    public long MaxUploadBytes { get; init; } = 32L * 1024 * 1024;

    /// <summary>Width times height of one uploaded picture: 4,096 squared. More would not fit the memory of a small machine while it is read and written anew.</summary>
    [Range(1, 100_000_000)]
    public long MaxUploadPixels { get; init; } = 16_777_216;

    /// <summary>Pixels a side. WebP, in which every tile is kept, ends at 16,383.</summary>
    [Range(1, 16_383)]
    public int MaxUploadSide { get; init; } = 16_383;

    /// <summary>Uploads of one person in 24 hours.</summary>
    [Range(1, int.MaxValue)]
    public int UploadsPerDay { get; init; } = 500;

    /// <summary>Bytes that the uploads of one person in 24 hours may take on the disk.</summary>
    [Range(1, long.MaxValue)]
    public long UploadBytesPerDay { get; init; } = 1L << 30;

    /// <summary>Bytes that decoding, cutting and drawing may hold at once; whoever needs more than is left waits in line.</summary>
    [Range(16L << 20, long.MaxValue)]
    public long WorkingBytes { get; init; } = 80L << 20;

    /// <summary>How many requests may wait for <see cref="WorkingBytes"/> before further ones are sent away.</summary>
    [Range(1, 10_000)]
    public int MaxWaiting { get; init; } = 64;

    /// <summary>How long a cut for a frame waits for <see cref="WorkingBytes"/> before it is sent away.</summary>
    [Range(0, 60_000)]
    public int CutPatienceMs { get; init; } = 2_000;

    /// <summary>Bytes of decoded tiles that are kept for the next cut or drawing.</summary>
    [Range(0, long.MaxValue)]
    public long CacheBytes { get; init; } = 64L << 20;

    /// <summary>Managed bytes past which large work collects the leavings of earlier work first.</summary>
    [Range(32L << 20, long.MaxValue)]
    public long TrimBytes { get; init; } = 64L << 20;

    /// <summary>Pixels a side of an export.</summary>
    [Range(1, 16_384)]
    public int MaxExportSide { get; init; } = 16_384;

    /// <summary>Pixels of an export as WebP, whose encoder holds the whole picture and several times as much besides.</summary>
    [Range(1, 100_000_000)]
    public long MaxWebPExportPixels { get; init; } = 16_777_216;

    /// <summary>Exports that are drawn at once; a large one keeps a core busy for tens of seconds.</summary>
    [Range(1, 64)]
    public int ExportsAtOnce { get; init; } = 1;

    /// <summary>Exports that may wait for their turn before further ones are sent away.</summary>
    [Range(0, 1_000)]
    public int MaxWaitingExports { get; init; } = 8;
}
