using CanvasWeb.Diffusion.Inpainting;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

public sealed class CompositeMaskTests
{
    [Fact]
    public void The_composite_mask_is_exactly_0_outside_and_soft_only_within_the_feather()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var picture = Pictures.Scene(60, 50, seed);
            var mask = new Mask(60, 50, [.. Pictures.RandomMask(60, 50, seed).Values.Select(v => v > 0 ? 1f : 0f)]);
            var feather = seed % 7;
            var alpha = CompositeMask.Create(picture, mask, feather);
            var distance = DistanceField.Compute(60, 50, i => mask.Values[i] == 0);
            for (var i = 0; i < alpha.Values.Length; i++)
            {
                if (mask.Values[i] == 0)
                    Assert.Equal(0, alpha.Values[i]);
                else
                    Assert.Equal(distance[i] > feather + 0.999f, alpha.Values[i] == 1);
            }
        }
    }

    [Fact]
    public void Towards_transparency_and_the_picture_border_there_is_no_ramp()
    {
        var picture = Pictures.Scene(40, 40, 1);
        for (var y = 0; y < 40; y++)
            picture.Rgba.AsSpan(picture.Offset(20, y), 80).Clear();
        var alpha = CompositeMask.Create(picture, Mask.FromRect(40, 40, new PixelRect(10, 0, 20, 40)), 6);
        Assert.InRange(alpha[10, 20], 0.001f, 0.2f);
        Assert.Equal(1, alpha[18, 0]);
        Assert.All(Enumerable.Range(20, 10), x => Assert.Equal(1, alpha[x, 20]));
        Assert.Equal(0, alpha[30, 20]);
    }

    [Fact]
    public void Weak_strength_keeps_more_of_the_original()
    {
        var alpha = CompositeMask.Create(Pictures.Scene(3, 1, 1), new Mask(3, 1, [0.1f, 0.5f, 1]), 0);
        Assert.Equal([0.2f, 1, 1], alpha.Values);
    }
}
