namespace CanvasWeb.Canvas.Document;

/// <summary>How a node looks in lists and on the board; one property.</summary>
/// <param name="Opacity">0 to 1.</param>
/// <param name="Hidden">Not drawn, not hit, not part of a plan.</param>
/// <param name="Locked">The tools leave it alone; ops are still taken, so that two people cannot lock each other out.</param>
/// <param name="Colour">A name from the palette ("amber"), for notes and frames; null is the default.</param>
/// <param name="Name">Shown in the layers list; null is made from the kind.</param>
public sealed record NodeStyle(double Opacity = 1, bool Hidden = false, bool Locked = false, string? Colour = null, string? Name = null)
{
    public static NodeStyle Default { get; } = new();
}
