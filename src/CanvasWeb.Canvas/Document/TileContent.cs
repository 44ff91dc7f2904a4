using CanvasWeb.Canvas.Tiles;

namespace CanvasWeb.Canvas.Document;

/// <summary>The picture of a tile: immutable and named by its content.</summary>
/// <param name="Sha256">64 lower-case hex digits of the stored bytes.</param>
/// <param name="PixelWidth">Of the stored picture.</param>
/// <param name="PixelHeight">Of the stored picture.</param>
/// <param name="Solid">Where the picture is opaque; null where it is so everywhere.</param>
/// <param name="Job">The generation that made it; null for uploads.</param>
/// <param name="Image">Which picture of that generation, from 0.</param>
/// <param name="Frame">The frame that it was made in.</param>
public sealed record TileContent(
    string Sha256,
    int PixelWidth,
    int PixelHeight,
    SolidGrid? Solid = null,
    string? Job = null,
    int? Image = null,
    NodeId? Frame = null);
