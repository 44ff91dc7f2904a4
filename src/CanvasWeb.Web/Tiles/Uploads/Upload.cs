using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Tiles.Uploads;

/// <summary>One upload, for the quota of a person and so that a repeated request is the same upload.</summary>
internal sealed class Upload
{
    public string Id { get; init; } = RandomId.New();

    public required string UserId { get; init; }

    /// <summary>The client's name for the request (Idempotency-Key), or one made here.</summary>
    public required string RequestId { get; init; }

    public required string BoardId { get; init; }

    /// <summary>The tile that it became.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What the tile takes on the disk.</summary>
    public required long Bytes { get; init; }

    /// <summary>The settings that stood in the file, as far as they are known here; null for none.</summary>
    public FrameSettings? Settings { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
