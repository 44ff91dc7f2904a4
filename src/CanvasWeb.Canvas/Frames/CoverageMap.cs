using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Tiles;

namespace CanvasWeb.Canvas.Frames;

/// <summary>
/// Which parts of a region pictures cover. The region is cut along the edges of everything in it, so that upright pictures (and those
/// turned by quarters) are met exactly; turned ones are met by a fine even grid, and a cell at their edge counts as uncovered, since
/// making a few kept pixels anew under a soft edge is harmless and leaving a hole is not.
/// </summary>
internal sealed class CoverageMap
{
    // Cells along the longer side of the region where a turned picture lies in it.
    private const int FineCells = 256;

    // Past this many cuts an axis falls back to the even grid: many pictures with holes in one place.
    private const int MaxCuts = 512;

    private readonly double[] _xs;
    private readonly double[] _ys;
    private readonly bool[] _covered;

    /// <param name="cuts">Rectangles whose edges must be met exactly besides those of the pictures: the frame.</param>
    public CoverageMap(WorldRect region, IReadOnlyList<PlacedTile> tiles, IReadOnlyList<WorldRect> cuts)
    {
        Region = region;
        var near = tiles.Where(tile => tile.World.Bounds().Overlaps(region)).ToList();
        var xs = new List<double> { region.X, region.Right };
        var ys = new List<double> { region.Y, region.Bottom };
        foreach (var cut in cuts)
        {
            xs.AddRange([cut.X, cut.Right]);
            ys.AddRange([cut.Y, cut.Bottom]);
        }

        foreach (var tile in near.Where(IsUpright))
        {
            var map = tile.ToWorld();
            var steps = tile.Content.Solid is null ? 1 : SolidGrid.Side;
            for (var step = 0; step <= steps; step++)
            {
                foreach (var point in (WorldPoint[])[map.Map(tile.Content.PixelWidth * (double)step / steps, 0), map.Map(0, tile.Content.PixelHeight * (double)step / steps)])
                {
                    xs.Add(point.X);
                    ys.Add(point.Y);
                }
            }
        }

        var isFine = !near.TrueForAll(IsUpright);
        _xs = Cuts(xs, region.X, region.Right, isFine);
        _ys = Cuts(ys, region.Y, region.Bottom, isFine);
        _covered = new bool[Columns * Rows];
        foreach (var tile in near)
            Mark(tile);
    }

    public WorldRect Region { get; }

    private int Columns => _xs.Length - 1;

    private int Rows => _ys.Length - 1;

    /// <summary>Area of the covered parts within a rectangle whose edges are cuts.</summary>
    public double CoveredArea(WorldRect within) => Cells(within, outside: false, covered: true).Sum(static cell => cell.Area);

    /// <summary>For points within the region.</summary>
    public bool IsCovered(WorldPoint point) => _covered[(Math.Min(Rows - 1, First(_ys, point.Y)) * Columns) + Math.Min(Columns - 1, First(_xs, point.X))];

    /// <summary>
    /// The covered (or uncovered) parts inside (or outside) a rectangle whose edges are cuts, as few rectangles as rows of equal runs give.
    /// </summary>
    public IReadOnlyList<WorldRect> Parts(WorldRect within, bool outside, bool covered)
    {
        var parts = new List<WorldRect>();

        // Runs of the row above that may still grow downwards, by left and right edge.
        var open = new Dictionary<(double X, double Right), int>();
        for (var row = 0; row < Rows; row++)
        {
            var next = new Dictionary<(double X, double Right), int>();
            foreach (var run in Runs(row, within, outside, covered))
            {
                if (open.TryGetValue((run.X, run.Right), out var above))
                {
                    parts[above] = WorldRect.FromEdges(run.X, parts[above].Y, run.Right, run.Bottom);
                    next[(run.X, run.Right)] = above;
                }
                else
                {
                    next[(run.X, run.Right)] = parts.Count;
                    parts.Add(run);
                }
            }

            open = next;
        }

        return parts;
    }

    private static bool IsUpright(PlacedTile tile) => Angle.Normalise(tile.World.Rotation) is 0 or 90 or -90 or -180;

    private static double[] Cuts(List<double> wanted, double from, double to, bool isFine)
    {
        // Edges that should meet differ in the last bits after turning and nesting: cells thinner than this are no cells.
        const double hair = 1e-6;
        var cuts = Distinct(wanted);
        if (isFine || cuts.Count > MaxCuts)
        {
            for (var i = 1; i < FineCells; i++)
                wanted.Add(from + ((to - from) * i / FineCells));
            cuts = Distinct(wanted.Count > 4 * MaxCuts ? [from, to, .. Enumerable.Range(1, MaxCuts - 1).Select(i => from + ((to - from) * i / MaxCuts))] : wanted);
        }

        return [.. cuts];

        List<double> Distinct(List<double> values)
        {
            var sorted = values.Where(value => value >= from && value <= to).Order();
            var distinct = new List<double>();
            foreach (var value in sorted)
            {
                if (distinct.Count == 0 || value - distinct[^1] > hair)
                    distinct.Add(value);
            }

            if (distinct[^1] < to)
                distinct[^1] = to;
            return distinct;
        }
    }

    private void Mark(PlacedTile tile)
    {
        var bounds = tile.World.Bounds();
        var fromWorld = tile.ToWorld().Inverse();
        var isUpright = IsUpright(tile);
        for (var row = First(_ys, bounds.Y); row < Rows && _ys[row] < bounds.Bottom; row++)
        {
            for (var column = First(_xs, bounds.X); column < Columns && _xs[column] < bounds.Right; column++)
            {
                ref var covered = ref _covered[(row * Columns) + column];
                if (covered)
                    continue;
                var cell = WorldRect.FromEdges(_xs[column], _ys[row], _xs[column + 1], _ys[row + 1]);
                covered = IsSolidAt(cell.Centre)
                    && (isUpright || (IsSolidAt(new(cell.X, cell.Y)) && IsSolidAt(new(cell.Right, cell.Y)) && IsSolidAt(new(cell.Right, cell.Bottom)) && IsSolidAt(new(cell.X, cell.Bottom))));
            }
        }

        bool IsSolidAt(WorldPoint world)
        {
            // A hair of a pixel outwards: the corner of a cell that lies on the picture's edge is in the picture.
            const double hair = 1e-6;
            var pixel = fromWorld.Map(world);
            if (pixel.X < -hair || pixel.Y < -hair || pixel.X > tile.Content.PixelWidth + hair || pixel.Y > tile.Content.PixelHeight + hair)
                return false;
            return tile.Content.Solid is not { } solid || solid.IsSolid(
                Math.Clamp((int)(pixel.X * SolidGrid.Side / tile.Content.PixelWidth), 0, SolidGrid.Side - 1),
                Math.Clamp((int)(pixel.Y * SolidGrid.Side / tile.Content.PixelHeight), 0, SolidGrid.Side - 1));
        }
    }

    // The cell in which a position lies, or the first one.
    private static int First(double[] cuts, double position)
    {
        var index = Array.BinarySearch(cuts, position);
        return Math.Max(0, index >= 0 ? index : ~index - 1);
    }

    private IEnumerable<WorldRect> Runs(int row, WorldRect within, bool outside, bool covered)
    {
        WorldRect? run = null;
        for (var column = 0; column < Columns; column++)
        {
            var cell = WorldRect.FromEdges(_xs[column], _ys[row], _xs[column + 1], _ys[row + 1]);
            if (_covered[(row * Columns) + column] == covered && within.Contains(cell.Centre) != outside)
            {
                run = run is { } before ? WorldRect.FromEdges(before.X, before.Y, cell.Right, before.Bottom) : cell;
            }
            else if (run is { } done)
            {
                yield return done;
                run = null;
            }
        }

        if (run is { } last)
            yield return last;
    }

    private IEnumerable<WorldRect> Cells(WorldRect within, bool outside, bool covered) => Enumerable.Range(0, Rows).SelectMany(row => Runs(row, within, outside, covered));
}
