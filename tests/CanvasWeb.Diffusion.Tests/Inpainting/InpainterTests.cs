using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

public sealed class InpainterTests
{
    private static readonly GenerationRequest Settings = new() { Prompt = "stripes", Seed = 7 };

    [Fact]
    public void Every_byte_outside_200_seeded_masks_stays_as_it_was()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var (width, height) = (random.Next(20, 120), random.Next(20, 120));
            var original = Pictures.Scene(width, height, seed);
            if (seed % 3 == 0)
                Pictures.AddTransparency(original, seed);
            var before = (byte[])original.Rgba.Clone();
            var mask = Pictures.RandomMask(width, height, seed);
            using var pipeline = new BlurringPipeline();

            var result = new Inpainter(pipeline).Inpaint(original, mask, Settings, null, TestContext.Current.CancellationToken);

            Assert.True(before.AsSpan().SequenceEqual(original.Rgba), $"seed {seed}: the original itself was changed");
            for (var i = 0; i < mask.Values.Length; i++)
            {
                if (mask.Values[i] == 0)
                    Assert.True(before.AsSpan(i * 4, 4).SequenceEqual(result.Image.Rgba.AsSpan(i * 4, 4)), $"seed {seed}: pixel {i % width}, {i / width} lies outside the mask and changed");
            }
        }
    }

    [Fact]
    public void Every_pixel_inside_a_solid_mask_comes_from_the_pipeline()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var (width, height) = (random.Next(20, 120), random.Next(20, 120));
            var original = Pictures.Scene(width, height, seed);
            var drawn = Pictures.RandomMask(width, height, seed);
            var mask = new Mask(width, height, [.. drawn.Values.Select(v => v > 0 ? 1f : 0f)]);
            using var pipeline = new BlurringPipeline { Flat = (255, 0, 255) };
            var options = new InpaintOptions { FeatherPx = 0, ColourMatch = null };

            var result = new Inpainter(pipeline, options).Inpaint(original, mask, Settings, null, TestContext.Current.CancellationToken);

            for (var i = 0; i < mask.Values.Length; i++)
            {
                if (mask.Values[i] < 1)
                    continue;
                // The scene has no colour below 40 and none above 210, the pipeline's flat colour has both; resizing mixes at the border only.
                Assert.True(result.Image.Rgba[i * 4] > result.Image.Rgba[(i * 4) + 1], $"seed {seed}: pixel {i % width}, {i / width}");
                Assert.Equal(255, result.Tile.Rgba[result.Tile.Offset((i % width) - result.TileRect.X, (i / width) - result.TileRect.Y) + 3]);
            }
        }
    }

    [Fact]
    public void Inside_the_feather_the_old_content_is_gone()
    {
        var original = Pictures.Scene(64, 64, 1);
        var mask = Mask.FromRect(64, 64, new PixelRect(16, 16, 32, 32));
        using var pipeline = new BlurringPipeline(nativeSize: 64) { Flat = (255, 0, 255) };
        var options = new InpaintOptions { FeatherPx = 4, ColourMatch = null };

        var result = new Inpainter(pipeline, options).Inpaint(original, mask, Settings, null, TestContext.Current.CancellationToken);

        for (var y = 21; y < 43; y++)
        {
            for (var x = 21; x < 43; x++)
                Assert.Equal([255, 0, 255, 255], result.Image.Rgba.AsSpan(result.Image.Offset(x, y), 4).ToArray());
        }
    }

    [Fact]
    public void The_tile_laid_over_the_original_is_the_result()
    {
        var original = Pictures.Scene(90, 70, 3);
        Pictures.AddTransparency(original, 3);
        var mask = Pictures.RandomMask(90, 70, 2);
        using var pipeline = new BlurringPipeline();

        var result = new Inpainter(pipeline).Inpaint(original, mask, Settings, null, TestContext.Current.CancellationToken);

        Assert.Equal(mask.Bounds(), result.TileRect);
        Assert.Equal((result.TileRect.Width, result.TileRect.Height), (result.Tile.Width, result.Tile.Height));
        Assert.Equal(result.Image.Rgba, Compositor.Over(original, result.Tile, result.TileRect.X, result.TileRect.Y).Rgba);
    }

    [Fact]
    public void The_model_does_not_see_what_stood_in_the_hole()
    {
        var original = new PixelImage(64, 64);
        for (var i = 0; i < 64 * 64; i++)
            (original.Rgba[i * 4], original.Rgba[(i * 4) + 1], original.Rgba[(i * 4) + 2], original.Rgba[(i * 4) + 3]) = (100, 120, 140, 255);
        for (var y = 20; y < 44; y++)
        {
            for (var x = 20; x < 44; x++)
                original.Rgba[original.Offset(x, y)] = 255;
        }

        using var pipeline = new BlurringPipeline(nativeSize: 64);
        new Inpainter(pipeline).Inpaint(original, Mask.FromRect(64, 64, new PixelRect(18, 18, 28, 28)), Settings, null, TestContext.Current.CancellationToken);

        var seen = Assert.Single(pipeline.Requests).Image!;
        for (var i = 0; i < 64 * 64; i++)
            Assert.InRange(seen.Rgba[i * 4], 99, 101);
    }

    [Fact]
    public void A_one_pixel_stroke_reaches_the_model_at_full_strength_even_when_the_picture_is_reduced()
    {
        var original = Pictures.Scene(400, 400, 5);
        var mask = Mask.FromRect(400, 400, new PixelRect(0, 200, 400, 1));
        using var pipeline = new BlurringPipeline(nativeSize: 32);

        new Inpainter(pipeline).Inpaint(original, mask, Settings, null, TestContext.Current.CancellationToken);

        var request = Assert.Single(pipeline.Requests);
        Assert.Contains(1f, request.Mask!.Values);
        Assert.Equal(GenerationTask.Inpaint, request.Task);
        Assert.All(Enumerable.Range(0, request.Mask.Width), x => Assert.Equal(1f, Enumerable.Range(0, request.Mask.Height).Max(y => request.Mask[x, y])));
    }

    [Fact]
    public void Grades_reach_the_model_unrounded()
    {
        var values = new float[64 * 64];
        for (var i = 0; i < values.Length; i++)
            values[i] = i % 64 / 63f;
        using var pipeline = new BlurringPipeline(nativeSize: 64);

        new Inpainter(pipeline, new InpaintOptions { SlopePx = 0 }).Inpaint(Pictures.Scene(64, 64, 2), new Mask(64, 64, values), Settings, null, TestContext.Current.CancellationToken);

        Assert.Equal(values, Assert.Single(pipeline.Requests).Mask!.Values);
    }

    [Fact]
    public void Transparent_pixels_are_unknown_to_the_model_and_stay_transparent_where_nobody_painted()
    {
        var original = Pictures.Scene(64, 64, 4);
        for (var y = 0; y < 64; y++)
        {
            for (var x = 40; x < 64; x++)
                original.Rgba.AsSpan(original.Offset(x, y), 4).Clear();
        }

        var mask = Mask.FromRect(64, 64, new PixelRect(40, 0, 10, 64));
        using var pipeline = new BlurringPipeline(nativeSize: 64);

        var result = new Inpainter(pipeline, new InpaintOptions { SlopePx = 0 }).Inpaint(original, mask, Settings, null, TestContext.Current.CancellationToken);

        var seen = Assert.Single(pipeline.Requests);
        Assert.Equal(1f, seen.Mask![60, 10]);
        Assert.Equal(0f, seen.Mask[10, 10]);
        Assert.Equal(255, result.Image.Rgba[result.Image.Offset(40, 30) + 3]);
        Assert.Equal(255, result.Image.Rgba[result.Image.Offset(49, 30) + 3]);
        Assert.Equal(new byte[4], result.Image.Rgba.AsSpan(result.Image.Offset(50, 30), 4).ToArray());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 300)]
    [InlineData(300, 1)]
    [InlineData(2, 3)]
    public void Tiny_and_thin_pictures_work(int width, int height)
    {
        var original = Pictures.Scene(width, height, 6);
        using var pipeline = new BlurringPipeline { Flat = (255, 0, 255) };
        var mask = new Mask(width, height, [.. Enumerable.Repeat(1f, width * height)]);

        var result = new Inpainter(pipeline, new InpaintOptions { ColourMatch = null }).Inpaint(original, mask, Settings, null, TestContext.Current.CancellationToken);

        Assert.Equal((width, height), (result.Image.Width, result.Image.Height));
        Assert.Equal([255, 0, 255, 255], result.Image.Rgba.AsSpan(0, 4).ToArray());
    }

    [Fact]
    public void A_mask_over_everything_asks_for_a_whole_new_picture_over_mid_grey()
    {
        using var pipeline = new BlurringPipeline { Flat = (9, 8, 7) };
        var result = new Inpainter(pipeline).Inpaint(Pictures.Scene(50, 40, 8), new Mask(50, 40, [.. Enumerable.Repeat(1f, 2000)]), Settings, null, TestContext.Current.CancellationToken);

        var request = Assert.Single(pipeline.Requests);
        Assert.All(request.Mask!.Values, v => Assert.Equal(1, v));
        Assert.All(request.Image!.Rgba.Where((_, i) => i % 4 < 3), v => Assert.Equal(128, v));
        Assert.Equal([9, 8, 7, 255], result.Image.Rgba.AsSpan(0, 4).ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_a_code()
    {
        var original = Pictures.Scene(30, 20, 1);
        using var pipeline = new BlurringPipeline();
        var inpainter = new Inpainter(pipeline, new InpaintOptions { MostPixels = 600 });
        var some = Mask.FromRect(30, 20, new PixelRect(3, 3, 5, 5));

        Assert.Equal("mask_empty", Code(original, new Mask(30, 20, new float[600]), Settings));
        Assert.Equal("mask_size", Code(original, Mask.FromRect(20, 30, new PixelRect(0, 0, 2, 2)), Settings));
        Assert.Equal("picture_too_large", Code(Pictures.Scene(31, 20, 1), Mask.FromRect(31, 20, new PixelRect(3, 3, 5, 5)), Settings));
        Assert.Equal("size_not_divisible", Code(original, some, Settings with { Width = 33, Height = 32 }));
        Assert.Throws<ArgumentException>(() => inpainter.Inpaint(original, some, Settings with { Width = 32 }, null, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => inpainter.Inpaint(original, some, Settings with { Image = original }, null, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Inpainter(pipeline, new InpaintOptions { ContextFactor = double.NaN }));
        Assert.Empty(pipeline.Requests);

        string Code(PixelImage image, Mask mask, GenerationRequest settings)
            => Assert.Throws<GenerationException>(() => inpainter.Inpaint(image, mask, settings, null, TestContext.Current.CancellationToken)).Code;
    }

    [Fact]
    public void A_size_that_was_asked_for_is_what_the_model_works_at()
    {
        using var pipeline = new BlurringPipeline();
        new Inpainter(pipeline).Inpaint(Pictures.Scene(100, 100, 1), Mask.FromRect(100, 100, new PixelRect(3, 3, 50, 5)), Settings with { Width = 64, Height = 40 }, null, TestContext.Current.CancellationToken);
        Assert.Equal((64, 40), (pipeline.Requests[0].Width, pipeline.Requests[0].Height));
    }

    [Fact]
    public void A_cancelled_edit_returns_nothing()
    {
        using var pipeline = new BlurringPipeline();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => new Inpainter(pipeline).Inpaint(Pictures.Scene(30, 30, 1), Mask.FromRect(30, 30, new PixelRect(3, 3, 5, 5)), Settings, null, cancelled.Token));
    }

    [Fact]
    public void The_same_edit_twice_gives_the_same_bytes()
    {
        using var pipeline = new BlurringPipeline();
        var (original, mask) = (Pictures.Scene(80, 60, 1), Pictures.RandomMask(80, 60, 6));
        var first = new Inpainter(pipeline).Inpaint(original, mask, Settings, null, TestContext.Current.CancellationToken);
        var second = new Inpainter(pipeline).Inpaint(original, mask, Settings, null, TestContext.Current.CancellationToken);
        Assert.Equal(first.Image.Rgba, second.Image.Rgba);
        Assert.Equal(first.Tile.Rgba, second.Tile.Rgba);
    }
}
