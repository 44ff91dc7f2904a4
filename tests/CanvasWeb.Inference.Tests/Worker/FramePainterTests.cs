using CanvasWeb.Contracts;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Worker;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests.Worker;

public sealed class FramePainterTests
{
    [Fact]
    public void A_picture_from_words_fills_its_place_in_the_pixels_of_the_board()
    {
        var (tile, area, pipeline) = Paint(Leases.TextToImage, new());

        Assert.Equal(new PixelArea(0, 0, 128, 128), area);
        Assert.Equal((128, 128), (tile.Width, tile.Height));
        Assert.All(Enumerable.Range(0, 128 * 128), pixel => Assert.Equal(255, tile.Rgba[(pixel * 4) + 3]));
        var request = Assert.Single(pipeline.Requests);
        Assert.Equal((64, 64, 7UL, 3), (request.Width, request.Height, request.Seed, request.ImageIndex));
    }

    [Fact]
    public void An_outpaint_stays_in_its_frame_and_reaches_over_the_edge_by_the_feather_only()
    {
        var crop = Picture(128, x => x < 64);
        var (tile, area, _) = Paint(Leases.Outpaint, new() { [JobInputs.Crop] = crop, [JobInputs.New] = Grey(128, (x, y) => x is >= 64 and < 112 && y is >= 16 and < 112 ? 255 : 0) });

        // New from 64 to the frame's end at 112, and 16 pixels of overlap.
        Assert.Equal(new PixelArea(48, 16, 64, 96), area);
        for (var y = 0; y < tile.Height; y++)
        {
            for (var x = 16; x < tile.Width; x++)
                Assert.Equal(255, tile.Rgba[tile.Offset(x, y) + 3]);
        }

        Assert.Contains(Enumerable.Range(0, 16), x => tile.Rgba[tile.Offset(x, 40) + 3] is > 0 and < 255);
    }

    [Fact]
    public void An_inpaint_changes_no_byte_outside_the_painted_mask()
    {
        var crop = Picture(128, _ => true);
        var mask = Grey(128, (x, y) => (x - 48) * (x - 48) + ((y - 48) * (y - 48)) < 200 ? 255 : 0);
        var (tile, area, _) = Paint(Leases.Inpaint, new() { [JobInputs.Crop] = crop, [JobInputs.New] = mask });

        var changed = Compositor.Over(crop, tile, area.X, area.Y);
        var inside = 0;
        for (var y = 0; y < 128; y++)
        {
            for (var x = 0; x < 128; x++)
            {
                var at = crop.Offset(x, y);
                if (mask.Rgba[at] == 0)
                    Assert.Equal(crop.Rgba.AsSpan(at, 4), changed.Rgba.AsSpan(at, 4));
                else if (!crop.Rgba.AsSpan(at, 3).SequenceEqual(changed.Rgba.AsSpan(at, 3)))
                    inside++;
            }
        }

        Assert.True(inside > 300, $"Only {inside} pixels inside the mask are new.");
    }

    [Fact]
    public void A_variation_hands_the_picture_to_the_model()
    {
        var picture = Picture(32, _ => true);
        var (_, area, pipeline) = Paint(Leases.TextToImage with { Task = JobTask.Variation, Inputs = [JobInputs.Picture] }, new() { [JobInputs.Picture] = picture });

        Assert.Equal(new PixelArea(0, 0, 128, 128), area);
        var request = Assert.Single(pipeline.Requests);
        Assert.Equal(GenerationTask.Variation, request.Task);
        Assert.Same(picture, request.Image);
    }

    [Theory]
    [InlineData(JobTask.Interpolation, GenerationTask.Interpolation)]
    [InlineData(JobTask.TextDiff, GenerationTask.TextDiff)]
    public void Each_picture_of_an_operation_goes_its_own_way(JobTask task, GenerationTask asked)
    {
        var (first, second) = (Picture(32, _ => true), Picture(48, _ => true));
        var (_, area, pipeline) = Paint(Leases.Of(task), new() { [JobInputs.Picture] = first, [JobInputs.Other] = second });

        var request = Assert.Single(pipeline.Requests);
        Assert.Equal((asked, 0.4f), (request.Task, request.Theta));
        Assert.Same(first, request.Image);
        Assert.Equal(task == JobTask.Interpolation ? second : null, request.OtherImage);
        Assert.Equal(task == JobTask.TextDiff ? "a red ball on the beach" : null, request.FromPrompt);
        Assert.NotNull(request.Inversions);
        Assert.Equal(new PixelArea(0, 0, 128, 128), area);
    }

    [Fact]
    public void Strength_and_prior_samples_reach_the_model_where_they_belong()
    {
        var varied = Assert.Single(Paint(Leases.Of(JobTask.Variation) with { Eta = 0.6, PriorSamples = 4 }, new() { [JobInputs.Picture] = Picture(32, _ => true) }).Pipeline.Requests);
        var written = Assert.Single(Paint(Leases.TextToImage with { Eta = 0.6, PriorSamples = 4 }, new()).Pipeline.Requests);

        Assert.Equal((0.6f, 1), (varied.Eta, varied.PriorSamples));
        Assert.Equal((null, 4), (written.Eta, written.PriorSamples));
    }

    [Fact]
    public void An_enlarged_picture_keeps_all_its_pixels_in_the_place_that_it_had()
    {
        var (tile, area, pipeline) = Paint(Leases.Of(JobTask.Upscale) with { Placement = new(8, 8, 32, 32) }, new() { [JobInputs.Picture] = Picture(32, _ => true) });

        // The fake's native size: whatever the model makes of it is the tile.
        Assert.Equal((pipeline.Info.NativeSize, pipeline.Info.NativeSize), (tile.Width, tile.Height));
        Assert.Equal(new PixelArea(8, 8, 32, 32), area);
        Assert.Equal(GenerationTask.Upscale, Assert.Single(pipeline.Requests).Task);
    }

    [Fact]
    public void What_is_looked_at_of_an_enlarged_picture_is_small_however_far_it_was_stretched()
    {
        var lease = Leases.Of(JobTask.Upscale) with { CropWidth = 16_384, CropHeight = 16_384, Frame = new(0, 0, 16_384, 16_384), Placement = new(0, 0, 16_384, 16_384) };
        var usual = new FakePipeline();
        using var wide = new FakePipeline { Info = usual.Info with { NativeSize = 1024 } };

        foreach (var (pipeline, side) in new[] { (usual, usual.Info.NativeSize), (wide, 512) })
        {
            var painted = new FramePainter(lease, new Dictionary<string, PixelImage> { [JobInputs.Picture] = Picture(32, _ => true) }, new(2)).Paint(pipeline, 0, new Silence(), TestContext.Current.CancellationToken);
            Assert.Equal((side, side), (painted.Crop.Width, painted.Crop.Height));
        }
    }

    [Fact]
    public void An_unknown_sampler_is_refused_by_name()
    {
        var refused = Assert.Throws<GenerationException>(() => Paint(Leases.TextToImage with { Scheduler = "magic" }, new()));

        Assert.Equal("scheduler_not_supported", refused.Code);
        Assert.Contains("magic", refused.Message, StringComparison.Ordinal);
    }

    private static (PixelImage Tile, PixelArea Area, FakePipeline Pipeline) Paint(JobLease lease, Dictionary<string, PixelImage> inputs)
    {
        var pipeline = new FakePipeline();
        var (tile, area, _) = new FramePainter(lease, inputs, new(2)).Paint(pipeline, 3, new Silence(), TestContext.Current.CancellationToken);
        return (tile, area, pipeline);
    }

    private static PixelImage Picture(int side, Func<int, bool> isThere)
    {
        var image = new PixelImage(side, side);
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                if (isThere(x))
                    new byte[] { (byte)(x * 2), (byte)(y * 2), 90, 255 }.CopyTo(image.Rgba.AsSpan(image.Offset(x, y)));
            }
        }

        return image;
    }

    private static PixelImage Grey(int side, Func<int, int, int> value)
    {
        var image = new PixelImage(side, side);
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var v = (byte)value(x, y);
                new byte[] { v, v, v, 255 }.CopyTo(image.Rgba.AsSpan(image.Offset(x, y)));
            }
        }

        return image;
    }
}
