using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Masks;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Canvas.Tests;

public sealed class MaskTests
{
    [Fact]
    public void A_hard_dot_covers_the_area_of_its_circle()
    {
        var raster = Render(100, 100, Stroke(Brush(30, 0, 50.3, 49.6)));
        Assert.Equal(Math.PI * 30 * 30, raster.Values.Sum(static value => (double)value), 30.0);
        Assert.Equal(1, raster[50, 50]);
        Assert.Equal(0, raster[15, 15]);
        Assert.All(raster.Values, static value => Assert.InRange(value, 0f, 1f));
    }

    [Fact]
    public void A_hard_edge_is_a_pixel_wide_and_graded()
    {
        var raster = Render(100, 1, Stroke(Brush(20.25, 0, 50, -10, 50, 10)));
        Assert.Equal(1, raster[69, 0]);
        Assert.Equal(0.25f, raster[70, 0], 1e-6f);
        Assert.Equal(0, raster[71, 0]);
    }

    [Fact]
    public void A_line_is_a_capsule()
    {
        var raster = Render(120, 60, Stroke(Brush(10, 0, 20, 30, 100, 30)));
        Assert.Equal((80 * 20) + (Math.PI * 100), raster.Values.Sum(static value => (double)value), 15.0);
    }

    [Fact]
    public void Softness_falls_evenly_from_the_core_to_the_rim()
    {
        var raster = Render(100, 1, Stroke(Brush(40, 0.5, 0, 0.5)));
        Assert.Equal(1, raster[19, 0]);
        Assert.Equal(0, raster[40, 0]);
        Assert.Equal(0.5, (raster[29, 0] + raster[30, 0]) / 2, 1e-6);
        for (var x = 1; x < 45; x++)
            Assert.True(raster[x, 0] <= raster[x - 1, 0]);
    }

    [Fact]
    public void Pressure_scales_the_radius_along_the_line()
    {
        var stroke = Brush(20, 0, 0, 0) with { Points = [new(20, 50, 0.1), new(180, 50, 1)] };
        var raster = Render(200, 100, Stroke(stroke));
        Assert.Equal(4, Column(raster, 20), 1.0);
        Assert.Equal(40, Column(raster, 180), 1.0);
        Assert.Equal(22, Column(raster, 100), 1.0);

        static double Column(MaskRaster raster, int x) => Enumerable.Range(0, raster.Height).Sum(y => (double)raster[x, y]);
    }

    [Fact]
    public void A_brush_thinner_than_a_pixel_leaves_a_trace_and_no_more()
    {
        var raster = Render(9, 9, Stroke(Brush(0.1, 0, 4.5, 4.5)));
        Assert.InRange(raster[4, 4], 0.01f, 0.3f);
    }

    [Fact]
    public void Strokes_that_overlap_do_not_pile_up_and_one_that_comes_twice_changes_nothing()
    {
        var stroke = Stroke(Brush(30, 1, 40, 40));
        Assert.Equal(Render(80, 80, stroke).Values, Render(80, 80, stroke, stroke).Values);
    }

    [Fact]
    public void Entries_act_in_their_order()
    {
        var paint = Stroke(Brush(20, 0.3, 30, 30));
        var erase = Stroke(Brush(12, 0, 30, 30) with { Erase = true });
        Assert.Equal(0, Render(60, 60, paint, erase)[30, 30]);
        Assert.Equal(1, Render(60, 60, erase, paint)[30, 30]);
        Assert.Equal(0, Render(60, 60, paint, Entry(MaskAction.Clear)).Values.Max());
        Assert.Equal(1, Render(60, 60, paint, Entry(MaskAction.Clear), Entry(MaskAction.Fill)).Values.Min());
    }

    [Fact]
    public void Inverting_twice_is_nothing_and_once_is_one_minus()
    {
        var paint = Stroke(Brush(20, 1, 30, 30));
        var plain = Render(60, 60, paint);
        var inverted = Render(60, 60, paint, Entry(MaskAction.Invert));
        var twice = Render(60, 60, paint, Entry(MaskAction.Invert), Entry(MaskAction.Invert));
        for (var i = 0; i < plain.Values.Length; i++)
        {
            Assert.Equal(1 - plain.Values[i], inverted.Values[i], 1e-6f);
            Assert.Equal(plain.Values[i], twice.Values[i], 1e-6f);
        }
    }

    [Fact]
    public void What_is_withdrawn_is_not_there()
    {
        var withdrawn = Stroke(Brush(20, 0, 30, 30)) with { Withdrawn = new(true, new(new("a"), 9)) };
        Assert.Equal(0, Render(60, 60, withdrawn).Values.Max());
        Assert.True(MaskExtent.Of([withdrawn]).IsEmpty);
    }

    [Fact]
    public void A_lasso_covers_its_polygon_exactly()
    {
        var raster = Render(60, 60, Stroke(Lasso(0, 0, 10.5, 10.25, 50.25, 10.25, 50.25, 40.5, 10.5, 40.5)));
        Assert.Equal(39.75 * 30.25, raster.Values.Sum(static value => (double)value), 1e-2);
        Assert.Equal(0.5f, raster[10, 20], 1e-6f);
        Assert.Equal(0.75f, raster[20, 10], 1e-6f);
    }

    [Fact]
    public void A_lasso_that_crosses_itself_has_no_holes()
    {
        // A pentagram: its middle is wound around twice.
        double[] star = [.. Enumerable.Range(0, 5).SelectMany(static i => (double[])[50 + (40 * Math.Sin(i * 4 * Math.PI / 5)), 50 - (40 * Math.Cos(i * 4 * Math.PI / 5))])];
        Assert.Equal(1, Render(100, 100, Stroke(Lasso(0, 0, star)))[50, 50]);
    }

    [Fact]
    public void A_soft_lasso_fades_half_inside_and_half_outside()
    {
        var raster = Render(200, 60, Stroke(Lasso(40, 1, 60, -100, 300, -100, 300, 160, 60, 160)));
        Assert.Equal(0.5, (raster[59, 30] + raster[60, 30]) / 2, 1e-3);
        Assert.Equal(0, raster[36, 30], 1e-6f);
        Assert.Equal(1, raster[84, 30], 1e-6f);
        for (var x = 1; x < 200; x++)
            Assert.True(raster[x, 30] >= raster[x - 1, 30] - 1e-6f);
    }

    [Fact]
    public void The_same_mask_at_half_the_size_is_the_average_of_four()
    {
        MaskEntry[] entries = [Stroke(Brush(22, 0.6, 40, 40, 90, 70)), Stroke(Lasso(0, 0, 20, 80, 70, 90, 40, 120)), Stroke(Brush(9, 0, 60, 60) with { Erase = true })];
        var full = MaskRasteriser.Render(entries, Affine.Identity, 128, 128);
        var half = MaskRasteriser.Render(entries, Affine.Scaling(0.5, 0.5), 64, 64);
        var off = 0.0;
        for (var y = 0; y < 64; y++)
        {
            for (var x = 0; x < 64; x++)
                off += Math.Abs(half[x, y] - ((full[2 * x, 2 * y] + full[(2 * x) + 1, 2 * y] + full[2 * x, (2 * y) + 1] + full[(2 * x) + 1, (2 * y) + 1]) / 4));
        }

        Assert.True(off / (64 * 64) < 0.004, $"mean difference {off / (64 * 64)}");
    }

    [Fact]
    public void A_turned_map_turns_the_mask()
    {
        var turned = new Transform(0, 0, 100, 100, 90).ToParent();
        var raster = MaskRasteriser.Render([Stroke(Brush(8, 0, 20, 10))], turned, 100, 100);
        Assert.Equal(1, raster[89, 20]);
        Assert.Equal(0, raster[20, 10]);
    }

    [Fact]
    public void A_stretched_map_stretches_the_brush()
    {
        var raster = MaskRasteriser.Render([Stroke(Brush(10, 0, 20, 20))], Affine.Scaling(4, 1), 160, 40);
        Assert.Equal(1, raster[80 + 36, 20]);
        Assert.Equal(0, raster[80, 20 + 12]);
    }

    [Fact]
    public void Nothing_is_drawn_outside_a_masks_extent()
    {
        var random = Seeds.Start(51);
        for (var i = 0; i < 60; i++)
        {
            var points = Enumerable.Range(0, random.Next(3, 8)).SelectMany(_ => (double[])[random.Between(-20, 120), random.Between(-20, 120)]).ToArray();
            var stroke = random.Next(2) == 0 ? Brush(random.Between(1, 20), random.NextDouble(), points) : Lasso(random.Between(0, 20), random.NextDouble(), points);
            var extent = MaskExtent.Of([Stroke(stroke)]).Painted!.Value.Inflate(stroke.Shape == StrokeShape.Lasso ? 3.5 : 1.5); // One stroke has bounds; the blur works in whole pixels.
            var raster = Render(100, 100, Stroke(stroke));
            for (var y = 0; y < 100; y++)
            {
                for (var x = 0; x < 100; x++)
                    Assert.True(raster[x, y] < 1e-6f || extent.Contains(new WorldPoint(x + 0.5, y + 0.5)), $"{stroke.Shape} at {x}, {y}");
            }
        }
    }

    [Fact]
    public void Rasters_are_the_same_each_time()
    {
        MaskEntry[] entries = [Stroke(Brush(22, 0.6, 40, 40, 90, 70)), Stroke(Lasso(12, 0.7, 20, 80, 70, 90, 40, 120)), Entry(MaskAction.Invert)];
        var map = new Transform(3, 4, 90, 120, 33).ToParent();
        Assert.Equal(MaskRasteriser.Render(entries, map, 128, 128).Values, MaskRasteriser.Render(entries, map, 128, 128).Values);
    }

    private static MaskStroke Lasso(double radius, double softness, params double[] xy) => Brush(radius, softness, xy) with { Shape = StrokeShape.Lasso };

    private static MaskEntry Stroke(MaskStroke stroke) => Entry(MaskAction.Stroke) with { Stroke = stroke };

    private static MaskEntry Entry(MaskAction action) => new(new(new("a"), 1), action, new(false, new(new("a"), 1)));

    private static MaskRaster Render(int width, int height, params MaskEntry[] entries) => MaskRasteriser.Render(entries, Affine.Identity, width, height);
}
