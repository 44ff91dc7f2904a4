using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Tests;

public sealed class GeometryTests
{
    [Fact]
    public void Zooming_keeps_the_point_under_the_cursor()
    {
        var random = Seeds.Start(7);
        for (var i = 0; i < 2_000; i++)
        {
            var camera = new Camera(new(random.Between(-1e5, 1e5), random.Between(-1e5, 1e5)), random.Between(0.02, 40));
            var cursor = new ScreenPoint(random.Between(0, 2000), random.Between(0, 1000));
            var before = camera.ToWorld(cursor);
            var after = camera.ZoomAt(cursor, random.Between(0.01, 100));
            Assert.InRange(after.Zoom, Camera.MinZoom, Camera.MaxZoom);
            Assert.True(before.DistanceTo(after.ToWorld(cursor)) * after.Zoom < 1e-6, $"moved from {before} to {after.ToWorld(cursor)}");
        }
    }

    [Fact]
    public void Screen_and_world_are_each_others_way_back()
    {
        var random = Seeds.Start(8);
        for (var i = 0; i < 1_000; i++)
        {
            var camera = new Camera(new(random.Between(-1e6, 1e6), random.Between(-1e6, 1e6)), random.Between(0.02, 40));
            var point = new WorldPoint(random.Between(-1e6, 1e6), random.Between(-1e6, 1e6));
            Assert.True(point.DistanceTo(camera.ToWorld(camera.ToScreen(point))) < 1e-6);
        }
    }

    [Fact]
    public void Zoom_stays_in_its_range()
    {
        Assert.Equal(40, new Camera(default, 1e9).Zoom);
        Assert.Equal(0.02, new Camera(default, -1).Zoom);
        Assert.Equal(1, new Camera(default, double.NaN).Zoom);
        Assert.Equal(1, default(Camera).Zoom);
    }

    [Fact]
    public void Fit_shows_all_of_the_content_in_the_middle()
    {
        var random = Seeds.Start(9);
        var view = new ScreenSize(1440, 900);
        for (var i = 0; i < 500; i++)
        {
            var content = new WorldRect(random.Between(-5000, 5000), random.Between(-5000, 5000), random.Between(1, 30_000), random.Between(1, 30_000));
            var visible = Camera.Fit(content, view).VisibleRect(view);
            Assert.True(visible.Contains(content));
            Assert.Equal(content.Centre.X, visible.Centre.X, 1e-6);
            Assert.Equal(content.Centre.Y, visible.Centre.Y, 1e-6);
        }
    }

    [Fact]
    public void Fit_never_enlarges_past_one_to_one() => Assert.Equal(1, Camera.Fit(new(0, 0, 10, 10), new(1440, 900)).Zoom);

    [Fact]
    public void Panning_moves_the_content_by_the_same_screen_distance()
    {
        var camera = new Camera(new(10, 20), 4);
        var point = new WorldPoint(100, 200);
        var (before, after) = (camera.ToScreen(point), camera.PanBy(30, -8).ToScreen(point));
        Assert.Equal(30, after.X - before.X, 1e-9);
        Assert.Equal(-8, after.Y - before.Y, 1e-9);
    }

    [Fact]
    public void Turned_bounds_hold_all_corners_and_touch_them()
    {
        var random = Seeds.Start(10);
        for (var i = 0; i < 1_000; i++)
        {
            var transform = new Transform(random.Between(-500, 500), random.Between(-500, 500), random.Between(1, 400), random.Between(1, 400), random.Between(-360, 360));
            var bounds = transform.Bounds();
            var corners = WorldRect.Bounds(transform.Corners())!.Value; // Four corners have bounds.
            Assert.Equal(corners.X, bounds.X, 1e-6);
            Assert.Equal(corners.Y, bounds.Y, 1e-6);
            Assert.Equal(corners.Right, bounds.Right, 1e-6);
            Assert.Equal(corners.Bottom, bounds.Bottom, 1e-6);
        }
    }

    [Theory]
    [InlineData(90)]
    [InlineData(-270)]
    [InlineData(270)]
    public void A_quarter_turn_keeps_whole_edges(double degrees) =>
        Assert.Equal(new WorldRect(100, -100, 200, 400), new Transform(0, 0, 400, 200, degrees).Bounds());

    [Fact]
    public void Turning_clockwise_moves_the_top_left_corner_to_the_top_right()
    {
        var corners = new Transform(0, 0, 100, 100, 90).Corners();
        Assert.Equal(new WorldPoint(100, 0), corners[0]);
        Assert.Equal(new WorldPoint(100, 100), corners[1]);
    }

    [Fact]
    public void A_hit_is_a_point_that_maps_into_the_rectangle()
    {
        var random = Seeds.Start(11);
        for (var i = 0; i < 2_000; i++)
        {
            var transform = new Transform(random.Between(-50, 50), random.Between(-50, 50), random.Between(10, 100), random.Between(10, 100), random.Between(-180, 180));
            var point = new WorldPoint(random.Between(-150, 150), random.Between(-150, 150));
            var local = transform.ToParent().Inverse().Map(point);
            var inside = local.X >= 0 && local.X <= transform.Width && local.Y >= 0 && local.Y <= transform.Height;
            Assert.Equal(inside, transform.Hit(point));
        }
    }

    [Fact]
    public void A_hit_takes_a_fingers_slop()
    {
        var transform = new Transform(0, 0, 10, 10);
        Assert.False(transform.Hit(new(14, 5)));
        Assert.True(transform.Hit(new(14, 5), slop: 5));
    }

    [Fact]
    public void A_nested_transform_puts_each_point_where_the_two_maps_put_it()
    {
        var random = Seeds.Start(12);
        for (var i = 0; i < 500; i++)
        {
            var group = new Transform(random.Between(-500, 500), random.Between(-500, 500), random.Between(1, 400), random.Between(1, 400), random.Between(-180, 180));
            var inner = new Transform(random.Between(-500, 500), random.Between(-500, 500), random.Between(1, 400), random.Between(1, 400), random.Between(-180, 180));
            var point = new WorldPoint(random.Between(0, 100), random.Between(0, 100));
            var expected = group.ToParent().Map(inner.ToParent().Map(point));
            Assert.True(expected.DistanceTo(inner.Within(group).ToParent().Map(point)) < 1e-6);
        }
    }

    [Fact]
    public void An_affine_map_and_its_inverse_cancel()
    {
        var random = Seeds.Start(13);
        for (var i = 0; i < 500; i++)
        {
            var map = new Transform(random.Between(-9, 9), random.Between(-9, 9), 10, 20, random.Between(0, 360)).ToParent().Then(Affine.Scaling(random.Between(0.1, 4), random.Between(0.1, 4)));
            var point = new WorldPoint(random.Between(-100, 100), random.Between(-100, 100));
            Assert.True(point.DistanceTo(map.Inverse().Map(map.Map(point))) < 1e-8);
        }
    }

    [Fact]
    public void A_flat_map_has_no_inverse() => Assert.Throws<InvalidOperationException>(() => Affine.Scaling(0, 1).Inverse());

    [Fact]
    public void Rectangles_meet_and_join()
    {
        var a = new WorldRect(0, 0, 10, 10);
        Assert.Equal(new WorldRect(5, 5, 5, 5), a.Intersect(new(5, 5, 20, 20)));
        Assert.True(a.Intersect(new(20, 20, 5, 5)).IsEmpty);
        Assert.False(a.Overlaps(new(10, 0, 5, 5)));
        Assert.Equal(new WorldRect(0, 0, 25, 25), a.Union(new(5, 5, 20, 20)));
        Assert.Equal(a, a.Union(default));
        Assert.Equal(new WorldRect(-1, -2, 14, 13), new WorldRect(-0.5, -1.2, 13.1, 11.5).SnapOut());
        Assert.Equal(new WorldRect(0, 0, 512, 512), new WorldRect(1e-9, 0, 512, 512.0000001).SnapOut());
    }

    [Fact]
    public void Snapping_lines_up_edges_and_shows_the_guide()
    {
        var other = new WorldRect(0, 0, 100, 100);
        var result = Snapper.Snap(new(103, 40, 50, 50), [other], tolerance: 8);
        Assert.Equal(-3, result.Dx);
        Assert.Equal(0, result.Dy);
        Assert.Contains(result.Guides, static guide => guide is { IsVertical: true, Position: 100, From: 0 });
    }

    [Fact]
    public void Snapping_lines_up_middles()
    {
        var result = Snapper.Snap(new(203, 27, 50, 50), [new(0, 0, 100, 100)], tolerance: 4);
        Assert.Equal(0, result.Dx);
        Assert.Equal(-2, result.Dy);
        Assert.Equal(new SnapGuide(IsVertical: false, 50, 0, 253), Assert.Single(result.Guides));
    }

    [Fact]
    public void Snapping_prefers_edges_to_the_grid_and_the_nearest_edge()
    {
        var result = Snapper.Snap(new(14, 500, 10, 10), [new(15, 0, 200, 10), new(11, 30, 300, 10)], tolerance: 8, gridSize: 16);
        Assert.Equal(1, result.Dx);
        Assert.Equal(-4, result.Dy);
    }

    [Fact]
    public void Nothing_near_means_no_snapping()
    {
        var result = Snapper.Snap(new(1000, 1000, 10, 10), [new(0, 0, 10, 10)], tolerance: 8);
        Assert.Equal((0, 0), (result.Dx, result.Dy));
        Assert.Empty(result.Guides);
    }

    [Fact]
    public void A_snapped_rectangle_lies_on_a_line_of_another()
    {
        var random = Seeds.Start(14);
        for (var i = 0; i < 500; i++)
        {
            var others = Enumerable.Range(0, 5).Select(_ => new WorldRect(random.Next(0, 300), random.Next(0, 300), random.Next(1, 100), random.Next(1, 100))).ToList();
            var moving = new WorldRect(random.Between(0, 300), random.Between(0, 300), random.Between(1, 100), random.Between(1, 100));
            var result = Snapper.Snap(moving, others, tolerance: 6);
            Assert.True(Math.Abs(result.Dx) <= 6 && Math.Abs(result.Dy) <= 6);
            if (result.Dx == 0)
                continue;
            var placed = moving.Offset(result.Dx, result.Dy);
            double[] own = [placed.X, placed.Centre.X, placed.Right];
            Assert.Contains(others.SelectMany(static r => (double[])[r.X, r.Centre.X, r.Right]), line => own.Any(edge => Math.Abs(edge - line) < 1e-9));
            Assert.Contains(result.Guides, static guide => guide.IsVertical);
        }
    }
}
