namespace CanvasWeb.Web.Provenance;

/// <summary>Places of pictures in a graph. Pure.</summary>
internal static class GraphLayout
{
    /// <summary>
    /// A picture stands one column right of the last that it was made from, in the row of the first of them if that is free, else in the next free one
    /// below: lines run to the right and seldom cross, and a picture that was carried on four times stands at one height with what it became.
    /// </summary>
    /// <param name="names">The pictures, the earliest first. What one is made from comes before it; lines that run backwards are passed over.</param>
    /// <param name="parents">What each was made from.</param>
    public static IReadOnlyDictionary<string, (int Column, int Row)> Place(IReadOnlyList<string> names, ILookup<string, string> parents)
    {
        var placed = new Dictionary<string, (int Column, int Row)>(StringComparer.Ordinal);
        var taken = new HashSet<(int Column, int Row)>();
        var nextRoot = 0;
        foreach (var name in names)
        {
            var from = parents[name].Where(placed.ContainsKey).Select(parent => placed[parent]).ToList();
            var column = from.Count == 0 ? 0 : from.Max(static place => place.Column) + 1;
            var row = from.Count == 0 ? nextRoot : from[0].Row;
            while (!taken.Add((column, row)))
                row++;
            if (from.Count == 0)
                nextRoot = row + 1;
            placed[name] = (column, row);
        }

        return placed;
    }
}
