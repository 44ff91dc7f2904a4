namespace CanvasWeb.Imaging;

/// <summary>A finished file in memory.</summary>
/// <param name="Format">What the bytes are.</param>
/// <param name="Width">Pixels a row, after any reduction.</param>
/// <param name="Height">Rows, after any reduction.</param>
/// <param name="Quality">The quality it was written with, 1 to 100.</param>
public sealed record EncodedImage(ImageFormat Format, byte[] Bytes, int Width, int Height, int Quality);
