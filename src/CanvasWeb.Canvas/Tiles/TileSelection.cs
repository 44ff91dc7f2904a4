namespace CanvasWeb.Canvas.Tiles;

/// <summary>What to hold for a view.</summary>
/// <param name="Wanted">The most urgent first; each picture once. What is held and not in here may be let go.</param>
/// <param name="VisibleCount">How many of them, from the start, are in the view; the rest lies just outside.</param>
/// <param name="Pixels">What all of them take, within the budget.</param>
/// <param name="Dropped">Visible pictures for which there is no room even at their coarsest level.</param>
public sealed record TileSelection(IReadOnlyList<TileKey> Wanted, int VisibleCount, long Pixels, int Dropped);
