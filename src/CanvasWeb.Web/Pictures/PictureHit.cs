using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Pictures;

/// <summary>A picture that a search found.</summary>
/// <param name="Content">What <c>tile.add</c> takes; its hash is its address.</param>
/// <param name="BoardId">Empty for a picture without a board.</param>
/// <param name="BoardName">Empty where the picture has no board, or the person may not see that board any more.</param>
/// <param name="Similarity">Cosine of picture and query; null where it was found by words alone.</param>
internal sealed record PictureHit(ResultRef Result, TileContent Content, string Prompt, string BoardId, string BoardName, DateTimeOffset MadeAt, double? Similarity);
