using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Masks;

/// <summary>How far a mask can reach, found without rasterising it; never too small, sometimes too large (erasing does not shrink it).</summary>
/// <param name="IsEverywhere">Filled or inverted: it reaches as far as what it belongs to.</param>
/// <param name="Painted">The bounds of the painted strokes in the mask's own coordinates; null if there are none.</param>
public readonly record struct MaskExtent(bool IsEverywhere, WorldRect? Painted)
{
    public bool IsEmpty => !IsEverywhere && Painted is null;

    public static MaskExtent Of(IReadOnlyList<MaskEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var extent = default(MaskExtent);
        foreach (var entry in entries)
        {
            if (entry.Withdrawn.Value)
                continue;
            extent = entry switch
            {
                { Action: MaskAction.Clear } => default,
                { Action: MaskAction.Fill or MaskAction.Invert } => extent with { IsEverywhere = true },
                { Stroke: { Erase: false } stroke } => extent with { Painted = extent.Painted is { } before ? before.Union(Of(stroke)) : Of(stroke) },
                _ => extent,
            };
        }

        return extent;
    }

    /// <summary>Everything that a stroke can touch, its soft edge included.</summary>
    public static WorldRect Of(MaskStroke stroke)
    {
        ArgumentNullException.ThrowIfNull(stroke);
        var margin = stroke.Shape == StrokeShape.Lasso ? stroke.Radius * stroke.Softness / 2 : stroke.Radius;
        return (WorldRect.Bounds(stroke.Points.Select(static point => new WorldPoint(point.X, point.Y))) ?? default).Inflate(margin);
    }
}
