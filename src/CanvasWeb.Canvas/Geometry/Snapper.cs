namespace CanvasWeb.Canvas.Geometry;

/// <summary>
/// Snapping while dragging, as a pure function: the left, middle and right of the moving rectangle against those of the others (and
/// the same for top, middle and bottom), and its top left corner against the grid. Edges win over the grid, the nearest edge wins.
/// </summary>
public static class Snapper
{
    /// <param name="moving">Upright bounds of what is dragged, where the pointer alone would put it.</param>
    /// <param name="others">Upright bounds of what it can line up with: the caller passes what is on screen.</param>
    /// <param name="tolerance">World units; the caller divides its pixels by the zoom.</param>
    /// <param name="gridSize">World units; 0 for no grid.</param>
    public static SnapResult Snap(WorldRect moving, IReadOnlyList<WorldRect> others, double tolerance, double gridSize = 0)
    {
        ArgumentNullException.ThrowIfNull(others);
        var horizontal = Nearest([moving.X, moving.Centre.X, moving.Right], others, static r => [r.X, r.Centre.X, r.Right], tolerance);
        var vertical = Nearest([moving.Y, moving.Centre.Y, moving.Bottom], others, static r => [r.Y, r.Centre.Y, r.Bottom], tolerance);
        var dx = horizontal ?? ToGrid(moving.X, gridSize, tolerance);
        var dy = vertical ?? ToGrid(moving.Y, gridSize, tolerance);

        // Guides are found after both offsets are known: they must span the places where things end up.
        var placed = moving.Offset(dx, dy);
        var guides = new List<SnapGuide>();
        if (horizontal is not null)
            AddGuides(guides, isVertical: true, [placed.X, placed.Centre.X, placed.Right], (placed.Y, placed.Bottom), others);
        if (vertical is not null)
            AddGuides(guides, isVertical: false, [placed.Y, placed.Centre.Y, placed.Bottom], (placed.X, placed.Right), others);
        return new(dx, dy, guides);
    }

    private static double? Nearest(double[] own, IReadOnlyList<WorldRect> others, Func<WorldRect, double[]> lines, double tolerance)
    {
        double? best = null;
        foreach (var other in others)
        {
            foreach (var line in lines(other))
            {
                foreach (var edge in own)
                {
                    var distance = line - edge;
                    if (Math.Abs(distance) <= tolerance && (best is null || Math.Abs(distance) < Math.Abs(best.Value)))
                        best = distance;
                }
            }
        }

        return best;
    }

    private static double ToGrid(double position, double gridSize, double tolerance)
    {
        if (gridSize <= 0)
            return 0;
        var distance = (Math.Round(position / gridSize) * gridSize) - position;
        return Math.Abs(distance) <= tolerance ? distance : 0;
    }

    private static void AddGuides(List<SnapGuide> guides, bool isVertical, double[] own, (double From, double To) span, IReadOnlyList<WorldRect> others)
    {
        const double same = 1e-6;
        foreach (var position in own.Distinct())
        {
            var (from, to) = span;
            var met = false;
            foreach (var other in others)
            {
                double[] lines = isVertical ? [other.X, other.Centre.X, other.Right] : [other.Y, other.Centre.Y, other.Bottom];
                if (!lines.Any(line => Math.Abs(line - position) < same))
                    continue;
                met = true;
                from = Math.Min(from, isVertical ? other.Y : other.X);
                to = Math.Max(to, isVertical ? other.Bottom : other.Right);
            }

            if (met)
                guides.Add(new(isVertical, position, from, to));
        }
    }
}
