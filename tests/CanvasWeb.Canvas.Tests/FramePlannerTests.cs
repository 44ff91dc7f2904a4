using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Masks;
using CanvasWeb.Canvas.Tiles;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Canvas.Tests;

public sealed class FramePlannerTests
{
    private static readonly ModelGeometry s_model = new(512 * 512, 64, 256, 1024);

    [Fact]
    public void A_floating_frame_is_text_to_image_of_all_of_it()
    {
        var plan = Plan(new(new(1000, 2000, 512, 512), [Placed("t", At(0, 0, 512, 512))], []));
        Assert.Equal(FrameTask.TextToImage, plan.Task);
        Assert.Equal(new WorldRect(1000, 2000, 512, 512), plan.Crop);
        Assert.Equal(plan.Crop, plan.Placement);
        Assert.Equal(new PixelSize(512, 512), plan.ModelSize);
        Assert.Equal(1, plan.NewShare);
        Assert.Empty(plan.Sources);
        Assert.Empty(plan.Covered);
        Assert.Equal(plan.Frame, Assert.Single(plan.Uncovered));
        Assert.Equal(1, plan.RenderNew(plan.CropPixels).Values.Min());
    }

    [Fact]
    public void A_frame_that_only_touches_a_picture_is_text_to_image() =>
        Assert.Equal(FrameTask.TextToImage, Plan(new(new(512, 0, 512, 512), [Placed("t", At(0, 0, 512, 512))], [])).Task);

    [Fact]
    public void A_frame_over_an_edge_is_an_outpaint_that_keeps_what_is_covered()
    {
        var plan = Plan(new(new(300, 0, 512, 512), [Placed("t", At(0, 0, 512, 512))], []));
        Assert.Equal(FrameTask.Outpaint, plan.Task);
        Assert.Equal(new WorldRect(300, 0, 212, 512), Assert.Single(plan.Covered));
        Assert.Equal(new WorldRect(512, 0, 300, 512), Assert.Single(plan.Uncovered));
        Assert.Equal(300.0 / 512, plan.NewShare, 1e-9);

        // The frame holds context enough on the left, and there is nothing to see elsewhere: the model sees just the frame.
        Assert.Equal(plan.Frame, plan.Crop);
        Assert.Equal(new PixelSize(512, 512), plan.ModelSize);

        // The tile holds the new part and the edge over which it blends, nothing else.
        Assert.Equal(32, plan.Feather);
        Assert.Equal(new WorldRect(480, 0, 332, 512), plan.Placement);
        Assert.Equal(new PixelRect(180, 0, 332, 512), plan.PlacementPixels);

        var mask = plan.RenderNew(plan.CropPixels);
        for (var x = 0; x < 512; x++)
            Assert.Equal(x < 212 ? 0f : 1f, mask[x, 255]);
        var source = Assert.Single(plan.Sources);
        Assert.Equal(new WorldPoint(-300, 0), source.ToCrop.Map(0, 0));
        Assert.Equal(new WorldPoint(212, 512), source.ToCrop.Map(512, 512));
    }

    [Fact]
    public void An_extension_sees_the_whole_frame_also_where_the_model_is_smaller()
    {
        var small = new ModelGeometry(256 * 256, 32, 64, 512);
        var (plan, _) = FramePlanner.Plan(new(new(300, 0, 512, 512), [Placed("t", At(0, 0, 512, 512))], []), small, FrameLimits.Default);
        Assert.Equal(plan!.Frame, plan.Crop); // Planned above: the frame can be made.
        Assert.Equal(new PixelSize(256, 256), plan.ModelSize);
    }

    [Fact]
    public void An_extension_that_hardly_overlaps_sees_a_quarter_of_its_new_part_beyond_the_frame()
    {
        var plan = Plan(new(new(500, 0, 512, 512), [Placed("t", At(0, 0, 512, 512))], []));
        Assert.InRange(plan.Crop.X, 340, 512 - 125); // Grown further to the ratio of a size that the model can paint.
        Assert.True(plan.Crop.Right >= 1012);
    }

    [Fact]
    public void A_corner_leaves_an_l_of_new_parts()
    {
        var plan = Plan(new(new(256, 256, 512, 512), [Placed("t", At(0, 0, 512, 512))], []));
        Assert.Equal(0.75, plan.NewShare, 1e-9);
        Assert.Equal(0.75 * 512 * 512, plan.Uncovered.Sum(static part => part.Area), 1e-6);
        Assert.Equal(plan.Frame, plan.Placement);
        Assert.Equal(0.75 * 512 * 512, plan.RenderNew(plan.CropPixels).Values.Sum(static value => (double)value), 1e-6);
    }

    [Fact]
    public void A_gap_between_two_pictures_takes_context_from_both()
    {
        // The frame is just the gap: what the model continues lies outside of it.
        var plan = Plan(new(new(512, 100, 256, 256), [Placed("l", At(0, 0, 520, 512)), Placed("r", At(760, 0, 512, 512))], []));
        Assert.Equal(FrameTask.Outpaint, plan.Task);
        Assert.True(plan.Crop.X < 512 && plan.Crop.Right > 768, $"{plan.Crop}");
        Assert.NotEmpty(plan.Context);
        Assert.All(plan.Context, part => Assert.False(part.Overlaps(plan.Frame)));
        Assert.Equal(2, plan.Sources.Count);

        // Beyond the pictures, above and below the gap, the crop is void: unknown to the model, never written.
        Assert.NotEmpty(plan.Void);
        Assert.Equal(0, plan.RenderNew(plan.CropPixels)[(int)(640 - plan.Crop.X), 0]);
        Assert.True(plan.Frame.Contains(plan.Placement));
    }

    [Fact]
    public void A_covered_frame_without_a_mask_has_nothing_to_make()
    {
        var (plan, refusal) = FramePlanner.Plan(new(new(100, 100, 256, 256), [Placed("t", At(0, 0, 512, 512))], []), s_model, FrameLimits.Default);
        Assert.Null(plan);
        Assert.Equal(RefusalCodes.NothingToMake, refusal?.Code);
    }

    [Fact]
    public void A_covered_frame_with_a_mask_is_an_inpaint_of_the_painted_part()
    {
        var mask = new PlacedMask([Painted(Brush(40, 0, 256, 256))], Affine.Identity, At(0, 0, 512, 512));
        var plan = Plan(new(new(0, 0, 512, 512), [Placed("t", At(0, 0, 512, 512))], [mask]));
        Assert.Equal(FrameTask.Inpaint, plan.Task);
        Assert.Equal(plan.Frame, plan.Crop);
        Assert.NotNull(plan.Painted);
        Assert.Equal(216, plan.Painted.Value.X, 4.0);
        Assert.Equal(296, plan.Painted.Value.Right, 4.0);
        Assert.Equal(Math.PI * 40 * 40 / (512 * 512), plan.NewShare, 5e-4);
        Assert.True(plan.Placement.Width < 160 && plan.Placement.Contains(plan.Painted.Value));
        var drawn = plan.RenderNew(plan.CropPixels);
        Assert.Equal(1, drawn[256, 256]);
        Assert.Equal(0, drawn[256, 320]);
        Assert.Equal(Math.PI * 40 * 40, drawn.Values.Sum(static value => (double)value), 30.0);
    }

    [Fact]
    public void Paint_that_was_erased_again_is_no_mask()
    {
        var mask = new PlacedMask([Painted(Brush(40, 0, 256, 256)), Painted(Brush(60, 0, 256, 256) with { Erase = true })], Affine.Identity, At(0, 0, 512, 512));
        var (_, refusal) = FramePlanner.Plan(new(new(0, 0, 512, 512), [Placed("t", At(0, 0, 512, 512))], [mask]), s_model, FrameLimits.Default);
        Assert.Equal(RefusalCodes.NothingToMake, refusal?.Code);
    }

    [Fact]
    public void Paint_on_what_is_kept_joins_an_outpaint_and_paint_on_nothing_counts_once()
    {
        PlacedTile[] tiles = [Placed("t", At(0, 0, 512, 512))];
        var frame = new WorldRect(256, 0, 512, 512);
        var onKept = Plan(new(frame, tiles, [new([Painted(Brush(20, 0, 300, 256))], Affine.Identity, At(256, 0, 512, 512))]));
        Assert.Equal(FrameTask.Outpaint, onKept.Task);
        Assert.True(onKept.NewShare > 0.5);
        Assert.True(onKept.Placement.X < 290);
        var onNothing = Plan(new(frame, tiles, [new([Painted(Brush(20, 0, 700, 256))], Affine.Identity, At(256, 0, 512, 512))]));
        Assert.Equal(0.5, onNothing.NewShare, 1e-9);
    }

    [Fact]
    public void A_covered_frame_can_be_made_anew_as_a_whole()
    {
        var plan = Plan(new(new(100, 100, 256, 256), [Placed("t", At(0, 0, 512, 512))], [], Remake: true));
        Assert.Equal(FrameTask.Inpaint, plan.Task);
        Assert.True(plan.Remake);
        Assert.Equal(1, plan.NewShare);
        Assert.Equal(plan.Frame, plan.Placement);
        Assert.True(plan.Crop.Contains(plan.Frame) && plan.Crop.Area > plan.Frame.Area, "There is a picture around it to see.");
        Assert.Equal(256.0 * 256, plan.RenderNew(plan.CropPixels).Values.Sum(static value => (double)value), 1e-6);
    }

    [Fact]
    public void A_small_mask_in_a_large_frame_is_painted_at_the_models_own_size()
    {
        var mask = new PlacedMask([Painted(Brush(50, 0, 200, 1800))], Affine.Identity, At(0, 0, 2048, 2048));
        var plan = Plan(new(new(0, 0, 2048, 2048), [Placed("t", At(0, 0, 2048, 2048), 2048)], [mask]));
        Assert.Equal(new PixelSize(512, 512), plan.ModelSize);
        Assert.Equal(512, plan.Crop.Width);
        Assert.Equal(512, plan.Crop.Height);
        Assert.True(plan.Frame.Contains(plan.Crop) && plan.Crop.Contains(plan.Placement));
    }

    [Fact]
    public void A_large_outpaint_is_painted_small_and_placed_large()
    {
        var plan = Plan(new(new(1000, 0, 1536, 1536), [Placed("t", At(0, 0, 1536, 1536), 1536)], []));
        Assert.Equal(FrameTask.Outpaint, plan.Task);
        Assert.True(plan.Crop.Contains(plan.Placement));
        Assert.True(plan.ModelSize.Area <= 512 * 512 * 1.3);
        Assert.True(plan.CropPixels.Area > plan.ModelSize.Area);
    }

    [Fact]
    public void A_picture_turned_by_a_quarter_is_met_exactly()
    {
        var plan = Plan(new(new(0, 0, 512, 512), [Placed("t", At(0, 128, 512, 256, rotation: 90))], []));
        Assert.Equal(new WorldRect(128, 0, 256, 512), Assert.Single(plan.Covered));
        Assert.Equal(0.5, plan.NewShare, 1e-9);
    }

    [Fact]
    public void A_turned_picture_covers_its_area_never_more()
    {
        var tile = At(106, 106, 300, 300, rotation: 30);
        var plan = Plan(new(new(0, 0, 512, 512), [Placed("t", tile)], []));
        var covered = plan.Covered.Sum(static part => part.Area);
        Assert.InRange(covered, 300 * 300 * 0.95, 300 * 300);
        foreach (var part in plan.Covered)
            Assert.True(tile.Hit(part.Centre) && tile.Hit(new(part.X, part.Y), 1e-6) && tile.Hit(new(part.Right, part.Bottom), 1e-6));
    }

    [Fact]
    public void A_turned_picture_larger_than_the_frame_covers_all_of_it()
    {
        var mask = new PlacedMask([Painted(Brush(40, 0, 256, 256))], Affine.Identity, At(0, 0, 512, 512));
        Assert.Equal(FrameTask.Inpaint, Plan(new(new(0, 0, 512, 512), [Placed("t", At(-300, -300, 1112, 1112, rotation: 30))], [mask])).Task);
    }

    [Fact]
    public void A_result_that_is_opaque_only_where_it_is_new_keeps_only_that()
    {
        // An earlier outpaint to the right: its left half blends away over a picture that was deleted since.
        var half = SolidGrid.Parse(string.Concat(Enumerable.Repeat("00ff", 16)));
        var tile = Placed("t", At(0, 0, 512, 512)) with { Content = new(new('c', 64), 512, 512, half) };
        var plan = Plan(new(new(0, 0, 512, 512), [tile], []));
        Assert.Equal(FrameTask.Outpaint, plan.Task);
        Assert.Equal(new WorldRect(256, 0, 256, 512), Assert.Single(plan.Covered));

        // With the older picture below it all is covered.
        var (_, refusal) = FramePlanner.Plan(new(new(0, 0, 512, 512), [Placed("old", At(-256, 0, 512, 512)), tile], []), s_model, FrameLimits.Default);
        Assert.Equal(RefusalCodes.NothingToMake, refusal?.Code);
    }

    [Fact]
    public void A_hairs_breadth_between_two_pictures_is_not_an_outpaint()
    {
        var (_, refusal) = FramePlanner.Plan(new(new(100, 0, 512, 512), [Placed("l", At(0, 0, 300, 512)), Placed("r", At(300.1, 0, 400, 512))], []), s_model, FrameLimits.Default);
        Assert.Equal(RefusalCodes.NothingToMake, refusal?.Code);
    }

    [Theory]
    [InlineData(20, 512, RefusalCodes.FrameTooSmall)]
    [InlineData(5000, 5000, RefusalCodes.FrameTooLarge)]
    [InlineData(2000, 400, RefusalCodes.FrameTooNarrow)]
    [InlineData(double.NaN, 400, RefusalCodes.FrameTooSmall)]
    public void A_frame_of_an_impossible_shape_is_refused(double width, double height, string code)
    {
        var (plan, refusal) = FramePlanner.Plan(new(new(0, 0, width, height), [], []), s_model, FrameLimits.Default);
        Assert.Null(plan);
        Assert.Equal(code, refusal?.Code);
    }

    [Fact]
    public void A_model_that_cannot_inpaint_only_takes_free_frames()
    {
        var model = s_model with { CanInpaint = false };
        PlacedTile[] tiles = [Placed("t", At(0, 0, 512, 512))];
        Assert.Equal(RefusalCodes.CannotInpaint, FramePlanner.Plan(new(new(300, 0, 512, 512), tiles, []), model, FrameLimits.Default).Refusal?.Code);
        Assert.NotNull(FramePlanner.Plan(new(new(600, 0, 512, 512), tiles, []), model, FrameLimits.Default).Plan);
    }

    [Theory]
    [InlineData(1.0, 512, 512)]
    [InlineData(1.5, 576, 384)]
    [InlineData(0.5, 384, 768)]
    [InlineData(4.0, 1024, 256)]
    public void The_model_size_suits_ratio_area_and_multiple(double aspect, int width, int height) =>
        Assert.Equal(new PixelSize(width, height), s_model.SizeFor(aspect));

    [Fact]
    public void Random_plans_keep_their_promises()
    {
        foreach (var seed in Seeds.Few)
        {
            var random = Seeds.Start(seed);
            for (var i = 0; i < 25; i++)
            {
                var frame = new WorldRect(random.Between(-300, 300), random.Between(-300, 300), random.Between(64, 1500), random.Between(64, 1500));
                var tiles = Enumerable.Range(0, random.Next(0, 5)).Select(t => Placed($"t{t}", At(random.Between(-600, 600), random.Between(-600, 600), random.Between(50, 900), random.Between(50, 900), random.Next(3) == 0 ? random.Between(-180, 180) : 0))).ToList();
                var masks = random.Next(2) == 0 ? (PlacedMask[])[new([Painted(Brush(random.Between(5, 90), random.NextDouble(), random.Between(-300, 900), random.Between(-300, 900)))], Affine.Identity, new(frame.X, frame.Y, frame.Width, frame.Height))] : [];
                var (plan, refusal) = FramePlanner.Plan(new(frame, tiles, masks, random.NextDouble(), random.Next(6) == 0), s_model, FrameLimits.Default);
                if (plan is null)
                {
                    Assert.NotNull(refusal);
                    continue;
                }

                // 1. What is written lies in the crop, on whole pixels, and holds all that is new.
                Assert.True(plan.Crop.Contains(plan.Placement), $"{plan.Placement} in {plan.Crop}");
                Assert.True(plan.Frame.SnapOut().Contains(plan.Placement));
                Assert.All((double[])[plan.Crop.X, plan.Crop.Y, plan.Crop.Width, plan.Crop.Height, plan.Placement.X, plan.Placement.Right], static edge => Assert.Equal(Math.Round(edge), edge));
                Assert.All(plan.Remake ? [frame] : plan.Uncovered, part => Assert.True(plan.Placement.Contains(part.Inflate(-1e-6)), $"{part} in {plan.Placement}"));

                // 2. The model's size fits it and the crop.
                Assert.True(plan.ModelSize.Width % 64 == 0 && plan.ModelSize.Height % 64 == 0);
                Assert.InRange(plan.ModelSize.Width, 256, 1024);
                var off = Math.Abs((plan.Crop.Width * plan.ModelSize.Height) - (plan.Crop.Height * plan.ModelSize.Width)) / Math.Max(plan.ModelSize.Width, plan.ModelSize.Height);
                Assert.True(off <= 0.5 + 1e-9, $"ratio off by {off} units");

                // 3. The frame is covered or uncovered, each place once; so is the crop outside it.
                var parts = plan.Covered.Concat(plan.Uncovered).ToList();
                var whole = plan.Uncovered.Count == 0 ? frame.Area * (1 - FrameLimits.Default.Negligible) : frame.Area * (1 - 1e-6);
                Assert.InRange(parts.Sum(static part => part.Area), whole, frame.Area * (1 + 1e-6));
                Assert.Equal(plan.Crop.Area - plan.Crop.Intersect(frame).Area, plan.Context.Concat(plan.Void).Sum(static part => part.Area), plan.Crop.Area * 1e-6);

                // 4. Nothing outside the frame is ever new. Drawn small: each pixel is a patch, which may cross the edge.
                var small = new PixelSize(Math.Max(1, plan.CropPixels.Width / 16), Math.Max(1, plan.CropPixels.Height / 16));
                var mask = plan.RenderNew(small);
                var (patchX, patchY) = (plan.Crop.Width / small.Width, plan.Crop.Height / small.Height);
                for (var y = 0; y < mask.Height; y++)
                {
                    for (var x = 0; x < mask.Width; x++)
                    {
                        if (mask[x, y] > 0)
                            Assert.True(frame.Overlaps(new(plan.Crop.X + (x * patchX), plan.Crop.Y + (y * patchY), patchX, patchY)));
                    }
                }
            }
        }
    }

    [Fact]
    public void A_plan_is_read_off_the_board()
    {
        var board = new TestBoard();
        board.Do("a", Tile("low", At(0, 0, 512, 512), order: "a0", pixels: 256));
        board.Do("a", Tile("high", At(0, 0, 300, 300), order: "a1"));
        board.Do("a", Tile("hidden", At(512, 0, 512, 512), order: "a2"));
        board.Do("a", new NodeSet(new("hidden"), Style: new(Hidden: true)));
        board.Do("a", Tile("gone", At(512, 0, 512, 512)));
        board.Do("a", new NodeDelete(new("gone")));
        board.Do("a", Tile("far", At(50_000, 0, 512, 512)));
        board.Do("a", Frame("f", At(300, 0, 512, 512)));
        board.Do("a", new MaskPaint(new("low"), Brush(10, 0, 200, 128)));
        board.Do("a", new NodeSet(new("f"), Settings: new("a fox", Softness: 0.25)));
        var (request, refusal) = FrameRequest.Of(board.State, new("f"));
        Assert.Null(refusal);
        Assert.NotNull(request);
        Assert.Equal("low high", string.Join(' ', request.Tiles.Select(static tile => tile.Id.Value)));
        Assert.Equal(0.25, request.Softness);

        // The mask is told in the picture's 256 pixels; on the board the picture is 512 wide.
        var plan = Plan(request);
        Assert.Equal(FrameTask.Outpaint, plan.Task);
        Assert.NotNull(plan.Painted);
        Assert.Equal(400, plan.Painted.Value.Centre.X, 3.0);
        Assert.Equal(256, plan.Painted.Value.Centre.Y, 3.0);
        Assert.Equal(40, plan.Painted.Value.Width, 6.0);
    }

    [Fact]
    public void A_filled_mask_ends_at_the_picture_it_belongs_to()
    {
        var board = new TestBoard();
        board.Do("a", Tile("below", At(0, 0, 1024, 512)));
        board.Do("a", Tile("t", At(0, 0, 256, 512), order: "a1"));
        board.Do("a", Frame("f", At(0, 0, 512, 512)));
        board.Do("a", new MaskFill(new("t")));
        var plan = Plan(FrameRequest.Of(board.State, new("f")).Request!); // The frame is there.
        Assert.Equal(FrameTask.Inpaint, plan.Task);
        Assert.Equal(0.5, plan.NewShare, 0.01);
        var mask = plan.RenderNew(plan.CropPixels);
        Assert.Equal(1, mask[(int)(200 - plan.Crop.X), 256]);
        Assert.Equal(0, mask[(int)(300 - plan.Crop.X), 256]);
    }

    [Fact]
    public void Only_upright_live_frames_are_planned()
    {
        var board = new TestBoard();
        board.Do("a", Group("g", At(0, 0, 100, 100, rotation: 10)));
        board.Do("a", Frame("turned", At(0, 0, 512, 512, parent: "g")));
        board.Do("a", Frame("gone"));
        board.Do("a", new NodeDelete(new("gone")));
        board.Do("a", Note("n"));
        Assert.Equal(RefusalCodes.FrameTurned, FrameRequest.Of(board.State, new("turned")).Refusal?.Code);
        Assert.Equal(RefusalCodes.NodeGone, FrameRequest.Of(board.State, new("gone")).Refusal?.Code);
        Assert.Equal(RefusalCodes.NodeUnknown, FrameRequest.Of(board.State, new("never")).Refusal?.Code);
        Assert.Equal(RefusalCodes.WrongKind, FrameRequest.Of(board.State, new("n")).Refusal?.Code);
    }

    [Theory]
    [InlineData(StrokeShape.Lasso)]
    [InlineData(StrokeShape.Brush)]
    public void A_hostile_mask_costs_bounded_memory_and_work(StrokeShape shape)
    {
        // The largest and softest strokes that the validator lets pass, up and down over a small frame, as many as a mask holds.
        var limits = BoardLimits.Default;
        var points = Enumerable.Range(0, limits.MaxStrokePoints).Select(static i => new StrokePoint(64 + (i % 64), i % 2 == 0 ? -1e6 : 1e6, 1)).ToArray();
        var stroke = new MaskStroke(shape, limits.MaxBrushRadius, 1, Erase: false, [.. points]);
        var board = new TestBoard();
        board.Do("a", Tile("t"));
        board.Do("a", new MaskPaint(new("t"), stroke));
        var entry = ((TileNode)board.State.Nodes[new("t")]).Mask[0];
        var mask = new PlacedMask([.. Enumerable.Repeat(entry, limits.MaxMaskEntries)], Affine.Identity, At(0, 0, 512, 512));
        var work = new MaskWork(10_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (plan, refusal) = FramePlanner.Plan(new(new(64, 64, 32, 32), [Placed("t", At(0, 0, 512, 512))], [mask]), s_model, FrameLimits.Default, work);
        Assert.Null(plan);
        Assert.Equal(RefusalCodes.MaskFull, refusal?.Code);
        Assert.InRange(work.Done, 1, 10_000_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void A_mask_that_a_hand_paints_is_far_from_the_limit()
    {
        // Two hundred strokes of a hundred points with a brush of a twelfth of the frame.
        var random = Seeds.Start(77);
        var entries = Enumerable.Range(0, 200).Select(i => new MaskEntry(
            new(new("a"), i + 1),
            MaskAction.Stroke,
            new(false, new(new("a"), i + 1)),
            Brush(42, 0.5, [.. Enumerable.Range(0, 100).SelectMany(step => (double[])[step * 5, (i * 2.5) + random.Between(-20, 20)])])));
        var work = new MaskWork(FrameLimits.Default.MaxMaskWork);
        Assert.NotNull(FramePlanner.Plan(new(new(0, 0, 512, 512), [Placed("t", At(0, 0, 512, 512))], [new([.. entries], Affine.Identity, At(0, 0, 512, 512))]), s_model, FrameLimits.Default, work).Plan);
        Assert.InRange(work.Done, 1, FrameLimits.Default.MaxMaskWork / 4);
    }

    private static FramePlan Plan(FrameRequest request)
    {
        var (plan, refusal) = FramePlanner.Plan(request, s_model, FrameLimits.Default);
        Assert.Null(refusal);
        Assert.NotNull(plan);
        return plan;
    }

    private static PlacedTile Placed(string id, Transform world, int pixels = 512) => new(new(id), new(new('d', 64), pixels, pixels), world);

    private static MaskEntry Painted(MaskStroke stroke) => new(new(new("a"), 1), MaskAction.Stroke, new(false, new(new("a"), 1)), stroke);
}
