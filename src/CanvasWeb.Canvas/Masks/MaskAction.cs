namespace CanvasWeb.Canvas.Masks;

/// <summary>What an entry does to the mask that the entries before it made.</summary>
public enum MaskAction
{
    Stroke,
    Clear,
    Fill,
    Invert,
}
