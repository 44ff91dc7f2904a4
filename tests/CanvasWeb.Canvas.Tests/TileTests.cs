using System.Globalization;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Tiles;

namespace CanvasWeb.Canvas.Tests;

public sealed class TileTests
{
    private static readonly ScreenSize s_view = new(1440, 900);

    [Fact]
    public void Levels_halve_down_to_a_thumbnail()
    {
        Assert.Equal([new(512, 512), new(256, 256), new(128, 128), new(64, 64)], TilePyramid.Levels(new(512, 512)));
        Assert.Equal([new(100, 3), new(50, 2)], TilePyramid.Levels(new(100, 3)));
        Assert.Equal([new(1, 1)], TilePyramid.Levels(new(1, 1)));
        Assert.Equal(new(64, 1), TilePyramid.Levels(new(16_384, 1))[^1]);
        Assert.Throws<ArgumentOutOfRangeException>(static () => TilePyramid.Levels(new(0, 5)));
    }

    [Theory]
    [InlineData(4.0, 0)]
    [InlineData(1.0, 0)]
    [InlineData(0.51, 0)]
    [InlineData(0.5, 1)]
    [InlineData(0.26, 1)]
    [InlineData(0.25, 2)]
    [InlineData(0.001, 3)]
    public void The_level_has_a_pixel_for_each_pixel_of_the_screen(double density, int level) => Assert.Equal(level, TilePyramid.LevelFor(4, density));

    [Fact]
    public void Only_what_is_seen_is_wanted_and_the_middle_first()
    {
        var tiles = Enumerable.Range(0, 100).Select(static i => Tile(i, new(i % 10 * 600, i / 10 * 600, 512, 512))).ToList();
        var camera = new Camera(new(0, 0), 1);
        var selection = TileSelector.Select(camera, s_view, 1, tiles, 100_000_000);
        var visible = camera.VisibleRect(s_view);
        var seen = tiles.Where(tile => tile.World.Bounds().Overlaps(visible)).Select(static tile => tile.Sha256).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(seen, selection.Wanted.Take(selection.VisibleCount).Select(static key => key.Sha256).ToHashSet(StringComparer.Ordinal));
        Assert.Equal(tiles[1].Sha256, selection.Wanted[0].Sha256);
        Assert.All(selection.Wanted.Take(selection.VisibleCount), static key => Assert.Equal(0, key.Lod));
        Assert.All(selection.Wanted.Skip(selection.VisibleCount), static key => Assert.Equal(1, key.Lod));
        Assert.True(selection.Wanted.Count < 30);
    }

    [Fact]
    public void The_budget_is_never_passed()
    {
        foreach (var seed in Seeds.Few)
        {
            var random = Seeds.Start(seed);
            var tiles = Enumerable.Range(0, 400).Select(i => Tile(i % 300, new(random.Between(-9000, 9000), random.Between(-9000, 9000), random.Between(50, 2000), random.Between(50, 2000), random.Between(-180, 180)))).ToList();
            for (var i = 0; i < 10; i++)
            {
                var budget = (long)Math.Pow(10, random.Between(3, 8));
                var camera = new Camera(new(random.Between(-9000, 9000), random.Between(-9000, 9000)), Math.Pow(10, random.Between(-1.7, 1.6)));
                var selection = TileSelector.Select(camera, s_view, random.Next(1, 4), tiles, budget);
                Assert.True(selection.Pixels <= budget);
                Assert.Equal(selection.Pixels, selection.Wanted.Sum(static key => TilePyramid.Levels(new(512, 512))[key.Lod].Area));
                Assert.Equal(selection.Wanted.Count, selection.Wanted.Select(static key => key.Sha256).Distinct(StringComparer.Ordinal).Count());
                var seen = tiles.Where(tile => tile.World.Bounds().Overlaps(camera.VisibleRect(s_view))).Select(static tile => tile.Sha256).Distinct(StringComparer.Ordinal).Count();
                Assert.Equal(seen, selection.VisibleCount + selection.Dropped);
            }
        }
    }

    [Fact]
    public void A_small_budget_makes_all_coarser_before_it_drops_any()
    {
        var tiles = Enumerable.Range(0, 4).Select(static i => Tile(i, new(i * 300, 100, 256, 256))).ToList();
        var all = TileSelector.Select(new(default, 1), s_view, 2, tiles, 4 * 512 * 512);
        Assert.All(all.Wanted, static key => Assert.Equal(0, key.Lod));
        var less = TileSelector.Select(new(default, 1), s_view, 2, tiles, 2 * 512 * 512);
        Assert.Equal(0, less.Dropped);
        Assert.Equal(4, less.VisibleCount);
        Assert.Contains(less.Wanted, static key => key.Lod == 0);
        Assert.Contains(less.Wanted, static key => key.Lod == 1);
        Assert.Equal(3, TileSelector.Select(new(default, 1), s_view, 2, tiles, 64 * 64).Dropped);
    }

    [Fact]
    public void A_picture_in_two_places_is_fetched_once_at_the_finer_level()
    {
        List<TileView> tiles = [Tile(1, new(0, 0, 512, 512)), Tile(1, new(600, 0, 64, 64))];
        Assert.Equal([new(Sha(1), 0)], TileSelector.Select(new(default, 1), s_view, 1, tiles, 10_000_000).Wanted);
    }

    [Fact]
    public void A_board_of_thousands_costs_what_the_screen_shows()
    {
        var tiles = Enumerable.Range(0, 2_000).Select(static i => Tile(i, new(i % 50 * 520, i / 50 * 520, 512, 512))).ToList();
        var fit = Camera.Fit(new(0, 0, 26_000, 20_800), s_view);
        var selection = TileSelector.Select(fit, s_view, 1, tiles, 16_000_000);
        Assert.Equal(2_000, selection.VisibleCount);
        Assert.All(selection.Wanted, static key => Assert.Equal(3, key.Lod));
        Assert.Equal(2_000L * 64 * 64, selection.Pixels);
    }

    [Fact]
    public void A_solid_grid_tells_where_a_picture_has_holes()
    {
        var rgba = new byte[64 * 64 * 4];
        Array.Fill(rgba, byte.MaxValue);
        Assert.Null(SolidGrid.FromAlpha(rgba, 64, 64));
        rgba[(((20 * 64) + 40) * 4) + 3] = 100;
        var grid = SolidGrid.FromAlpha(rgba, 64, 64);
        Assert.NotNull(grid);
        for (var row = 0; row < 16; row++)
        {
            for (var column = 0; column < 16; column++)
                Assert.Equal(!(row == 5 && column == 10), grid.IsSolid(column, row));
        }

        Assert.Equal(grid, SolidGrid.Parse(grid.ToString()));
        Assert.False(grid.IsSolid(-1, 3));
        Assert.Throws<ArgumentException>(static () => SolidGrid.FromAlpha(new byte[4], 2, 2));
        Assert.Throws<ArgumentException>(static () => SolidGrid.Parse("zz"));
    }

    [Fact]
    public void A_tiny_picture_with_a_hole_is_open_in_every_cell_that_the_hole_touches()
    {
        byte[] rgba = [1, 1, 1, 255, 1, 1, 1, 255, 1, 1, 1, 0];
        var grid = SolidGrid.FromAlpha(rgba, 3, 1);
        Assert.NotNull(grid);
        Assert.True(grid.IsSolid(9, 0));
        Assert.False(grid.IsSolid(10, 0));
        Assert.False(grid.IsSolid(15, 15));
    }

    private static TileView Tile(int i, Transform world) => new(Sha(i), new(512, 512), world);

    private static string Sha(int i) => i.ToString("x64", CultureInfo.InvariantCulture);
}
