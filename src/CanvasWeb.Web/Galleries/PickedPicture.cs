using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Web.Galleries;

/// <summary>A picture that somebody picked for a gallery.</summary>
/// <param name="Key">What was picked: <see cref="GalleryItem.SourceKey"/>.</param>
/// <param name="Place">World units; groups unwound.</param>
/// <param name="Ground">For a picture that is made of several tiles: the lowest of them, whose making is told as the whole picture's.</param>
internal sealed record PickedPicture(string Key, string? BoardId, TileContent Content, Transform Place, TileContent? Ground = null);
