using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Pipelines;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>Inpainter and outpainter over real pipelines: crops, sizes and masks that reach a network with mask channels.</summary>
public sealed class EditingTests
{
    [Theory]
    [InlineData("canvas-mini-tiny", 1)]
    [InlineData("canvas-mini-tiny", 2)]
    [InlineData("sd15-inpaint-tiny", 3)]
    [InlineData("sd15-inpaint-tiny", 4)]
    public void Painted_pixels_are_made_and_the_others_keep_their_bytes(string name, int seed)
    {
        using var pipeline = TinyModels.Load(name);
        var original = TinyModels.Picture(150, 110);
        var mask = RandomMask(150, 110, seed);
        var settings = new GenerationRequest { Prompt = "a small red cube", Seed = (ulong)seed, Steps = 3 };

        var first = new Inpainter(pipeline).Inpaint(original, mask, settings, null, TestContext.Current.CancellationToken);
        var second = new Inpainter(pipeline).Inpaint(original, mask, settings, null, TestContext.Current.CancellationToken);

        Assert.Equal(first.Image.Rgba, second.Image.Rgba);
        var changed = 0;
        for (var i = 0; i < mask.Values.Length; i++)
        {
            var isSame = original.Rgba.AsSpan(i * 4, 4).SequenceEqual(first.Image.Rgba.AsSpan(i * 4, 4));
            if (mask.Values[i] == 0f)
                Assert.True(isSame, $"Seed {seed}: pixel {i % 150}, {i / 150} was not painted.");
            else if (!isSame)
                changed++;
        }

        var painted = mask.Values.Count(value => value > 0f);
        Assert.True(changed > painted / 2, $"Seed {seed}: {changed} of {painted} painted pixels changed.");
    }

    [Theory]
    [InlineData("canvas-mini-tiny")]
    [InlineData("sd15-inpaint-tiny")]
    public void A_picture_is_extended_and_keeps_its_bytes_off_the_overlap(string name)
    {
        using var pipeline = TinyModels.Load(name);
        var original = TinyModels.Picture(64, 48);

        var result = new Outpainter(pipeline).Outpaint(original, new OutpaintExtent(0, 0, 24, 16), new GenerationRequest { Prompt = "a small red cube", Seed = 5, Steps = 2 }, null, TestContext.Current.CancellationToken);

        Assert.Equal((88, 64), (result.Image.Width, result.Image.Height));
        Assert.All(Enumerable.Range(0, 88 * 64), i => Assert.Equal(255, result.Image.Rgba[(i * 4) + 3]));
        var overlap = new OutpaintOptions().OverlapPx;
        for (var y = 0; y < 48 - overlap; y++)
            Assert.Equal(original.Rgba.AsSpan(original.Offset(0, y), (64 - overlap) * 4), result.Image.Rgba.AsSpan(result.Image.Offset(0, y), (64 - overlap) * 4));
    }

    /// <summary>A few rectangles of random place, size and grade.</summary>
    private static Mask RandomMask(int width, int height, int seed)
    {
        // xorshift, Marsaglia 2003: the seed alone makes the mask, whatever the framework's generator does.
        var state = (uint)seed * 2654435761u;
        int Next(int most)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            return (int)(state % (uint)most);
        }

        var values = new float[width * height];
        for (var k = 0; k < 3; k++)
        {
            var (left, top, across, down, grade) = (Next(width - 50), Next(height - 50), 12 + Next(36), 12 + Next(36), k == 0 ? 1f : (1 + Next(4)) / 4f);
            for (var y = top; y < top + down; y++)
                values.AsSpan((y * width) + left, across).Fill(grade);
        }

        return new Mask(width, height, values);
    }
}
