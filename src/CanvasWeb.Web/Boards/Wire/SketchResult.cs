namespace CanvasWeb.Web.Boards.Wire;

/// <summary>A sketch, or why there is none.</summary>
/// <param name="Url">A picture as a <c>data:image/webp</c> address.</param>
/// <param name="Busy">No worker was free, or a newer question took this one's place: ask again with the next move.</param>
/// <param name="Refusal">An English sentence: asking again does not help.</param>
internal sealed record SketchResult(string? Url = null, bool Busy = false, string? Refusal = null);
