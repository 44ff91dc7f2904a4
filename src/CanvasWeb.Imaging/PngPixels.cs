namespace CanvasWeb.Imaging;

/// <summary>What a PNG stores for each pixel, 8 bits each.</summary>
public enum PngPixels
{
    /// <summary>Brightness alone; rows come with one byte a pixel.</summary>
    Grey,

    /// <summary>R, G, B; rows come as R, G, B, A and alpha is left away.</summary>
    Rgb,

    /// <summary>R, G, B, A.</summary>
    Rgba,
}
