using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Provenance;

/// <summary>A picture of a board's history.</summary>
/// <param name="Sha256">Its tile, unique in the graph.</param>
/// <param name="Thumbnail">Address of a small version.</param>
/// <param name="Size">Of the picture; empty where it is not known.</param>
/// <param name="Result">The result that it is; null for uploads.</param>
/// <param name="Settings">What it was made with; null for uploads.</param>
/// <param name="Author">Who had it made; empty for uploads.</param>
/// <param name="MadeAt">Null for uploads.</param>
/// <param name="OnBoard">The live tiles that show it.</param>
/// <param name="Column">Its place: generations from the left.</param>
/// <param name="Row">Its place: from above.</param>
internal sealed record GraphNode(
    string Sha256, string Thumbnail, PixelSize Size, ResultRef? Result, FrameSettings? Settings, string Author, DateTimeOffset? MadeAt, IReadOnlyList<string> OnBoard, int Column, int Row);
