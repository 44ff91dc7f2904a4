using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Tiles;

namespace CanvasWeb.Web.Tiles;

/// <summary>A stored picture. Never changed: its name is the SHA-256 of its file (a WebP, or a PNG for large ones without loss), which is also level 0 of its pyramid.</summary>
internal sealed class Tile
{
    public required string Sha256 { get; init; }

    /// <summary>Pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels.</summary>
    public required int Height { get; init; }

    /// <summary>What the picture and all its levels take on the disk.</summary>
    public required long Bytes { get; init; }

    /// <summary><see cref="SolidGrid"/> as text; null for a picture that is opaque everywhere.</summary>
    public required string? Solid { get; init; }

    public required TileOrigin Origin { get; init; }

    /// <summary>Who brought it first, or whose job made it.</summary>
    public required string OwnerId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public PixelSize Size => new(Width, Height);

    public TileContent ToContent() => new(Sha256, Width, Height, Solid is null ? null : SolidGrid.Parse(Solid));
}
