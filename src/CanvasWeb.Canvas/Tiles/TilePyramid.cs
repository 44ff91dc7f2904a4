using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Tiles;

/// <summary>The levels of detail of a picture: each has half the size of the one before, down to a thumbnail.</summary>
public static class TilePyramid
{
    /// <summary>The last level is the first whose longer side is at most this: a board of thousands then costs some ten megabytes.</summary>
    public const int SmallestSide = 64;

    /// <summary>Sizes from level 0 (the picture itself) to the smallest. Halves are rounded up, so that no level ever has a side of 0.</summary>
    public static IReadOnlyList<PixelSize> Levels(PixelSize picture)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(picture.Width, 1, nameof(picture));
        ArgumentOutOfRangeException.ThrowIfLessThan(picture.Height, 1, nameof(picture));
        var levels = new List<PixelSize> { picture };
        while (Math.Max(levels[^1].Width, levels[^1].Height) > SmallestSide)
            levels.Add(new((levels[^1].Width + 1) / 2, (levels[^1].Height + 1) / 2));
        return levels;
    }

    /// <summary>The coarsest level that still has a pixel for each pixel of the screen; level 0 for pictures shown larger than they are.</summary>
    /// <param name="levelCount">How many levels the picture has.</param>
    /// <param name="devicePixelsPerPixel">Device pixels of the screen for each pixel of level 0.</param>
    public static int LevelFor(int levelCount, double devicePixelsPerPixel)
    {
        // The slack keeps 0.4999999 from fetching four times the pixels of 0.5.
        const double slack = 1.001;
        var level = 0;
        for (var share = devicePixelsPerPixel * 2; level < levelCount - 1 && share <= slack; share *= 2)
            level++;
        return level;
    }
}
