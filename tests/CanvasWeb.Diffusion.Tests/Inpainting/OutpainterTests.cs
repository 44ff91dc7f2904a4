using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Pipelines;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

public sealed class OutpainterTests
{
    private static readonly GenerationRequest Settings = new() { Prompt = "", Seed = 3 };

    [Theory]
    [InlineData(64, 64, 0, 0, 20, 0)]
    [InlineData(64, 64, 40, 50, 60, 70)]
    [InlineData(48, 80, 200, 0, 150, 0)]
    [InlineData(200, 30, 0, 90, 0, 90)]
    [InlineData(10, 10, 30, 30, 30, 30)]
    [InlineData(1, 1, 3, 100, 0, 0)]
    public void Every_new_pixel_is_made_and_every_original_byte_stays(int width, int height, int left, int top, int right, int bottom)
    {
        var original = Pictures.Scene(width, height, 5);
        using var pipeline = new BlurringPipeline();
        var outpainter = new Outpainter(pipeline, new OutpaintOptions { OverlapPx = 0, LargestReduction = 1, MostFrames = 1024 });

        var result = outpainter.Outpaint(original, new OutpaintExtent(left, top, right, bottom), Settings, null, TestContext.Current.CancellationToken);

        Assert.Equal((width + left + right, height + top + bottom), (result.Image.Width, result.Image.Height));
        Assert.Equal(new PixelRect(left, top, width, height), result.OriginalRect);
        for (var y = 0; y < result.Image.Height; y++)
        {
            for (var x = 0; x < result.Image.Width; x++)
            {
                var pixel = result.Image.Rgba.AsSpan(result.Image.Offset(x, y), 4);
                if (x >= left && x < left + width && y >= top && y < top + height)
                    Assert.True(original.Rgba.AsSpan(original.Offset(x - left, y - top), 4).SequenceEqual(pixel), $"original pixel {x - left}, {y - top} changed");
                else
                    Assert.True(pixel[3] == 255, $"pixel {x}, {y} was not made");
            }
        }
    }

    [Fact]
    public void With_an_overlap_only_a_band_along_the_growing_sides_changes()
    {
        var original = Pictures.Scene(64, 48, 5);
        using var pipeline = new BlurringPipeline();
        var result = new Outpainter(pipeline, new OutpaintOptions { OverlapPx = 6 }).Outpaint(original, new OutpaintExtent(0, 0, 30, 0), Settings, null, TestContext.Current.CancellationToken);
        for (var y = 0; y < 48; y++)
        {
            Assert.True(original.Rgba.AsSpan(original.Offset(0, y), 58 * 4).SequenceEqual(result.Image.Rgba.AsSpan(result.Image.Offset(0, y), 58 * 4)));
        }

        Assert.Contains(Enumerable.Range(0, 48), y => !original.Rgba.AsSpan(original.Offset(60, y), 16).SequenceEqual(result.Image.Rgba.AsSpan(result.Image.Offset(60, y), 16)));
    }

    [Fact]
    public void The_blend_arrives_before_the_old_border_even_when_a_small_picture_has_little_overlap()
    {
        var original = Pictures.Scene(32, 32, 5);
        using var pipeline = new BlurringPipeline { Flat = (255, 0, 255) };
        var defaults = new OutpaintOptions();
        var options = defaults with { Inpaint = defaults.Inpaint with { ColourMatch = null } };
        var result = new Outpainter(pipeline, options).Outpaint(original, new OutpaintExtent(0, 0, 16, 0), Settings, null, TestContext.Current.CancellationToken);
        for (var y = 0; y < 32; y++)
        {
            Assert.True(original.Rgba.AsSpan(original.Offset(0, y), 24 * 4).SequenceEqual(result.Image.Rgba.AsSpan(result.Image.Offset(0, y), 24 * 4)));
            Assert.Equal([255, 0, 255, 255], result.Image.Rgba.AsSpan(result.Image.Offset(31, y), 4).ToArray());
        }
    }

    [Fact]
    public void Frames_cover_the_canvas_see_what_is_known_and_stay_inside()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (left, top) = (random.Next(0, 400), random.Next(0, 400));
            var original = new PixelRect(left, top, random.Next(1, 600), random.Next(1, 600));
            var (width, height) = (original.Right + random.Next(0, 400), original.Bottom + random.Next(0, 400));
            var side = random.Next(16, 300);
            var frames = OutpaintPlanner.Frames(width, height, original, side, 0.5);

            var known = new bool[width * height];
            Mark(original);
            foreach (var frame in frames)
            {
                var inside = frame.Intersect(new PixelRect(0, 0, width, height));
                Assert.True(frame.Width == side && frame.Height == side, $"seed {seed}");
                Assert.True(frame.X >= 0 && frame.Right <= width || width <= side, $"seed {seed}: {frame} in {width} x {height}");
                Assert.True(frame.Y >= 0 && frame.Bottom <= height || height <= side, $"seed {seed}: {frame} in {width} x {height}");
                var seen = 0;
                for (var y = inside.Y; y < inside.Bottom; y++)
                    seen += known.AsSpan((y * width) + inside.X, inside.Width).Count(true);
                Assert.True(seen > 0, $"seed {seed}: {frame} of {width} x {height} sees nothing known");
                Mark(frame);
            }

            Assert.True(!known.Contains(false), $"seed {seed}: {width} x {height} with {original} is not covered by frames of {side}");

            void Mark(PixelRect rect)
            {
                var inside = rect.Intersect(new PixelRect(0, 0, width, height));
                for (var y = inside.Y; y < inside.Bottom; y++)
                    known.AsSpan((y * width) + inside.X, inside.Width).Fill(true);
            }
        }
    }

    [Fact]
    public void Half_of_each_frame_is_context_when_the_picture_is_large_enough()
    {
        var frames = OutpaintPlanner.Frames(300, 64, new PixelRect(0, 0, 100, 64), 64, 0.5);
        Assert.Equal([68, 100, 132, 164, 196, 228, 236], frames.Select(f => f.X));
    }

    [Fact]
    public void Frames_draw_different_noise_and_the_first_one_the_seed_itself()
    {
        using var pipeline = new BlurringPipeline();
        new Outpainter(pipeline).Outpaint(Pictures.Scene(32, 32, 1), new OutpaintExtent(0, 0, 64, 0), Settings, null, TestContext.Current.CancellationToken);
        Assert.Equal(Settings.Seed, pipeline.Requests[0].Seed);
        Assert.Equal(pipeline.Requests.Count, pipeline.Requests.Select(r => r.Seed).Distinct().Count());
        Assert.True(pipeline.Requests.Count > 1);
    }

    [Fact]
    public void A_picture_larger_than_the_model_is_seen_reduced()
    {
        using var pipeline = new BlurringPipeline(32);
        Assert.Equal(64, OutpaintPlanner.FrameSide(new PixelRect(0, 0, 90, 64), pipeline.Info, 4));
        Assert.Equal(128, OutpaintPlanner.FrameSide(new PixelRect(0, 0, 900, 640), pipeline.Info, 4));
        Assert.Equal(32, OutpaintPlanner.FrameSide(new PixelRect(0, 0, 900, 640), pipeline.Info, 1));
        Assert.Equal(32, OutpaintPlanner.FrameSide(new PixelRect(0, 0, 9, 6), pipeline.Info, 4));
    }

    [Theory]
    [InlineData(0, 0, 0, 0, "extent_empty")]
    [InlineData(-1, 0, 0, 5, "extent_negative")]
    [InlineData(9000, 0, 0, 0, "picture_too_large")]
    [InlineData(int.MaxValue, 0, int.MaxValue, 0, "picture_too_large")]
    [InlineData(900, 900, 900, 900, "too_many_frames")]
    public void Absurd_extents_are_refused_with_a_code(int left, int top, int right, int bottom, string code)
    {
        using var pipeline = new BlurringPipeline();
        var outpainter = new Outpainter(pipeline);
        var error = Assert.Throws<GenerationException>(() => outpainter.Outpaint(Pictures.Scene(32, 32, 1), new OutpaintExtent(left, top, right, bottom), Settings, null, TestContext.Current.CancellationToken));
        Assert.Equal(code, error.Code);
        Assert.Empty(pipeline.Requests);
    }
}
