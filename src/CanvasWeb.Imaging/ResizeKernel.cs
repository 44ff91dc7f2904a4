namespace CanvasWeb.Imaging;

/// <summary>What each new pixel is averaged with.</summary>
public enum ResizeKernel
{
    /// <summary>Windowed sinc over three pixels a side: sharp, rings a little at hard edges. For photographs and the pictures that models see.</summary>
    Lanczos3,

    /// <summary>Triangle: soft, never rings. For masks.</summary>
    Linear,

    /// <summary>The plain mean of the area that a new pixel covers: never rings, exact for whole factors. For tiles and thumbnails.</summary>
    Area,
}
