using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Web.Generation;

/// <summary>A candidate.</summary>
/// <param name="Image">From 0, as in the content.</param>
/// <param name="Content">What <c>tile.add</c> takes.</param>
/// <param name="Placement">Where it belongs, world units.</param>
/// <param name="Rating">1 to 5 stars; null while nobody rated it.</param>
/// <param name="Similarity">Cosine of picture and caption by the model's own CLIP; null where nobody measured it.</param>
internal sealed record JobResultView(int Image, TileContent Content, WorldRect Placement, int? Rating, bool Accepted, bool Reported, double? Similarity = null);
