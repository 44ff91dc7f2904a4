using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Previews;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>The small parts that the pipelines share.</summary>
public sealed class LeafTests
{
    [Fact]
    public void A_latent_mask_is_the_largest_value_of_each_block_never_rounded()
    {
        var values = new float[16 * 16];
        values[(3 * 16) + 9] = 0.25f;
        values[(12 * 16) + 2] = 0.7f;
        values[(12 * 16) + 3] = 0.1f;

        var latent = LatentMask.FromMask(new Mask(16, 16, values), 8, dilation: 0);

        Assert.Equal([0f, 0.25f, 0.7f, 0f], latent);
    }

    [Fact]
    public void Dilation_takes_in_the_eight_neighbours()
    {
        var values = new float[40 * 40];
        values[(20 * 40) + 20] = 0.5f;

        var latent = LatentMask.FromMask(new Mask(40, 40, values), 8);

        for (var i = 0; i < 25; i++)
            Assert.Equal(i % 5 is >= 1 and <= 3 && i / 5 is >= 1 and <= 3 ? 0.5f : 0f, latent[i]);
    }

    [Fact]
    public void A_mask_that_does_not_divide_into_blocks_is_refused() =>
        Assert.Throws<ArgumentException>(() => LatentMask.FromMask(new Mask(12, 16, new float[12 * 16]), 8));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1001)]
    public void The_finite_check_finds_one_bad_value_anywhere(int length)
    {
        var values = new float[length];
        FiniteCheck.Check(values, "unet");
        foreach (var at in new[] { 0, length / 2, length - 1 })
        {
            foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                values[at] = bad;
                Assert.Throws<CanvasWeb.Diffusion.Pipelines.GenerationException>(() => FiniteCheck.Check(values, "unet"));
                values[at] = float.MaxValue;
                FiniteCheck.Check(values, "unet");
                values[at] = 0f;
            }
        }
    }

    [Fact]
    public void Guidance_goes_past_the_conditional_side()
    {
        float[] without = [1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f];
        float[] with = [2f, 2f, 2f, 2f, 2f, 2f, 2f, 2f, 2f];
        var result = new float[9];

        Guidance.Combine(without, with, 3f, result);

        Assert.Equal([4f, 2f, 0f, -2f, -4f, -6f, -8f, -10f, -12f], result);
    }

    [Fact]
    public void The_guidance_embedding_is_sines_then_cosines_of_a_thousand_w()
    {
        var embedding = new float[4];

        Guidance.Embed(0.5f, embedding);

        Assert.Equal((float)Math.Sin(500), embedding[0], 5);
        Assert.Equal((float)Math.Sin(0.05), embedding[1], 5);
        Assert.Equal((float)Math.Cos(500), embedding[2], 5);
        Assert.Equal((float)Math.Cos(0.05), embedding[3], 5);
    }

    [Fact]
    public void Resampling_keeps_a_ramp_a_ramp_and_a_constant_constant()
    {
        var ramp = new float[2 * 16 * 16];
        for (var i = 0; i < 16 * 16; i++)
        {
            ramp[i] = i % 16;
            ramp[256 + i] = 3f;
        }

        var large = new float[2 * 64 * 64];
        Resampler.Resample(ramp, 2, 16, 16, (0, 0, 16, 16), large, 64, 64);
        var small = new float[2 * 4 * 4];
        Resampler.Resample(ramp, 2, 16, 16, (0, 0, 16, 16), small, 4, 4);

        // Away from the border a cubic reproduces a straight line: pixel x of 64 lies at (x + 0.5) / 4 - 0.5 of 16.
        for (var x = 12; x < 52; x++)
            Assert.Equal(((x + 0.5f) / 4) - 0.5f, large[(32 * 64) + x], 4);
        Assert.Equal(small[8] + small[11], small[9] + small[10], 3);
        Assert.InRange(small[9], 5f, 6f);
        Assert.All(large[4096..], value => Assert.Equal(3f, value, 4));
        Assert.All(small[16..], value => Assert.Equal(3f, value, 4));
    }

    [Fact]
    public void Previews_are_shrunk_by_a_whole_factor_to_256_px_at_most()
    {
        var planes = new float[3 * 300 * 520];
        planes.AsSpan(0, 300 * 520).Fill(1f);

        var image = PreviewSize.ToPicture(planes, 520, 300);

        Assert.Equal((173, 100), (image.Width, image.Height));
        Assert.Equal([255, 128, 128, 255], image.Rgba[..4]);
    }

    [Fact]
    public void The_linear_previews_of_zero_latents_are_grey_and_the_xl_bias()
    {
        using var first = LinearPreview.ForStableDiffusion(2, 2);
        using var xl = LinearPreview.ForStableDiffusionXL(2, 2);

        Assert.Equal([128, 128, 128, 255], first.Decode(new float[16], TestContext.Current.CancellationToken).Rgba[..4]);
        Assert.Equal([150, 140, 130, 255], xl.Decode(new float[16], TestContext.Current.CancellationToken).Rgba[..4]);
    }

    [Fact]
    public void The_linear_preview_of_a_latent_is_its_row_of_factors()
    {
        using var preview = LinearPreview.ForStableDiffusion(1, 1);

        Assert.Equal([ImageTensors.ToByte(-0.184f), ImageTensors.ToByte(-0.271f), ImageTensors.ToByte(-0.473f), 255], preview.Decode([0f, 0f, 0f, 1f], TestContext.Current.CancellationToken).Rgba);
    }
}
