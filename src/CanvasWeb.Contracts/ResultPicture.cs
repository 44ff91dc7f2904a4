namespace CanvasWeb.Contracts;

/// <summary>One finished picture of a job.</summary>
/// <param name="Image">Which, from 0.</param>
/// <param name="Sha256">From <see cref="StoredPicture"/>.</param>
/// <param name="Area">Where it lies in the crop.</param>
/// <param name="ElapsedMs">What it took, model loading not included.</param>
public sealed record ResultPicture(int Image, string Sha256, PixelArea Area, double ElapsedMs);
