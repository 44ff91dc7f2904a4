namespace CanvasWeb.Canvas.Masks;

/// <summary>How the points of a stroke are meant.</summary>
public enum StrokeShape
{
    /// <summary>A line drawn with a round brush.</summary>
    Brush,

    /// <summary>The outline of a filled area, closed by itself.</summary>
    Lasso,
}
