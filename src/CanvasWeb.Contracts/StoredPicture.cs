namespace CanvasWeb.Contracts;

/// <summary>The site's answer to an upload.</summary>
/// <param name="Sha256">Of the tile as it is stored; what <see cref="ResultPicture"/> names.</param>
public sealed record StoredPicture(string Sha256, int Width, int Height);
