using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Tiles;

/// <summary>
/// Chooses, for a camera, which level of which picture to hold, never above a budget of pixels. A board of thousands then costs what the
/// screen shows. Pure: the browser's loader compares the answer with what it holds.
/// </summary>
public static class TileSelector
{
    // Half a view on each side is fetched ahead, one level coarser than it will be needed.
    private const double AheadViews = 0.5;

    /// <param name="devicePixelRatio">Device pixels for each CSS pixel.</param>
    /// <param name="budgetPixels">The most pixels to hold; four bytes each once decoded.</param>
    public static TileSelection Select(Camera camera, ScreenSize view, double devicePixelRatio, IReadOnlyList<TileView> tiles, long budgetPixels)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        var visible = camera.VisibleRect(view);
        var ahead = visible.Inflate(visible.Width * AheadViews, visible.Height * AheadViews);

        // 1. One entry for each picture, at the finest level that any of its places asks for.
        var inView = new Dictionary<string, Entry>(StringComparer.Ordinal);
        var around = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var tile in tiles)
        {
            var bounds = tile.World.Bounds();
            if (!bounds.Overlaps(ahead))
                continue;
            var levels = TilePyramid.Levels(tile.Pixels);
            var density = camera.Zoom * devicePixelRatio * Math.Max(tile.World.Width / tile.Pixels.Width, tile.World.Height / tile.Pixels.Height);
            var isVisible = bounds.Overlaps(visible);
            var level = Math.Min(levels.Count - 1, TilePyramid.LevelFor(levels.Count, density) + (isVisible ? 0 : 1));
            var entry = new Entry(tile.Sha256, levels, level, Distance(bounds, visible.Centre), bounds.Intersect(visible).Area);
            Merge(isVisible ? inView : around, entry);
        }

        foreach (var sha256 in inView.Keys)
            around.Remove(sha256);

        // 2. The same number of levels coarser for all, as few as fit; then the least urgent go.
        var wanted = Sort(inView.Values);
        var coarser = 0;
        while (Cost(wanted, coarser) > budgetPixels && wanted.Exists(entry => entry.Level + coarser < entry.Levels.Count - 1))
            coarser++;
        var chosen = wanted.ConvertAll(entry => entry.Coarser(coarser));
        while (chosen.Count > 0 && Cost(chosen, 0) > budgetPixels)
            chosen.RemoveAt(chosen.Count - 1);
        var dropped = wanted.Count - chosen.Count;
        var pixels = Cost(chosen, 0);

        // 3. What room is left makes the most urgent finer again.
        for (var i = 0; i < chosen.Count; i++)
        {
            while (chosen[i].Level > wanted[i].Level && pixels - chosen[i].Pixels + chosen[i].Coarser(-1).Pixels <= budgetPixels)
            {
                pixels += chosen[i].Coarser(-1).Pixels - chosen[i].Pixels;
                chosen[i] = chosen[i].Coarser(-1);
            }
        }

        // 4. And then fetches ahead.
        var visibleCount = chosen.Count;
        foreach (var entry in Sort(around.Values))
        {
            if (dropped > 0 || coarser > 0 || pixels + entry.Pixels > budgetPixels)
                break;
            chosen.Add(entry);
            pixels += entry.Pixels;
        }

        return new([.. chosen.Select(static entry => new TileKey(entry.Sha256, entry.Level))], visibleCount, pixels, dropped);
    }

    private static void Merge(Dictionary<string, Entry> entries, Entry entry)
    {
        if (entries.TryGetValue(entry.Sha256, out var other))
            entry = entry with { Level = Math.Min(entry.Level, other.Level), Distance = Math.Min(entry.Distance, other.Distance), Area = Math.Max(entry.Area, other.Area) };
        entries[entry.Sha256] = entry;
    }

    // Nearest to the middle of the view first, then the larger; the name last, so that equal boards give equal lists.
    private static List<Entry> Sort(IEnumerable<Entry> entries) =>
        [.. entries.OrderBy(static entry => entry.Distance).ThenByDescending(static entry => entry.Area).ThenBy(static entry => entry.Sha256, StringComparer.Ordinal)];

    private static long Cost(List<Entry> entries, int coarser) => entries.Sum(entry => entry.Coarser(coarser).Pixels);

    private static double Distance(WorldRect bounds, WorldPoint point)
    {
        var dx = Math.Max(0, Math.Max(bounds.X - point.X, point.X - bounds.Right));
        var dy = Math.Max(0, Math.Max(bounds.Y - point.Y, point.Y - bounds.Bottom));
        return Math.Sqrt((dx * dx) + (dy * dy));
    }

    private sealed record Entry(string Sha256, IReadOnlyList<PixelSize> Levels, int Level, double Distance, double Area)
    {
        public long Pixels => Levels[Level].Area;

        public Entry Coarser(int levels) => this with { Level = Math.Clamp(Level + levels, 0, Levels.Count - 1) };
    }
}
