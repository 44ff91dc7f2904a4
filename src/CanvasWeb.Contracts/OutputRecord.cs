namespace CanvasWeb.Contracts;

/// <summary>What came out.</summary>
/// <param name="Sha256">Of the stored file, lower-case hex: the tile's name.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="PixelsSha256"><see cref="JobRecord.HashOf"/>: the same whatever the file format. Null for pictures of workers that did not say.</param>
public sealed record OutputRecord(string Sha256, int Width, int Height, string? PixelsSha256);
