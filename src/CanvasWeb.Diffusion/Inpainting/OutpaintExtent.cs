namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>How many pixels a picture shall grow at each side; none negative, at least one above 0.</summary>
public readonly record struct OutpaintExtent(int Left, int Top, int Right, int Bottom)
{
    public bool IsEmpty => Left == 0 && Top == 0 && Right == 0 && Bottom == 0;
}
