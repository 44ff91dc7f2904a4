using System.Numerics;
using CanvasWeb.Diffusion.Inpainting;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

public sealed class RimMatchTests
{
    private const int Side = 160;
    private static readonly Mask RightHalf = Mask.FromRect(Side, Side, new PixelRect(Side / 2, 0, Side / 2, Side));

    [Fact]
    public void A_step_across_the_border_is_led_over_within_the_reach()
    {
        var matched = RimMatch.Apply(Flat(x => x < Side / 2 ? 100 : 140), Flat(_ => 100), RightHalf, 16, 128);
        Assert.InRange(At(Side / 2), 100, 105);
        Assert.InRange(At((Side / 2) + 16), 122, 130);
        Assert.InRange(At((Side / 2) + 64), 139, 140.5f);
        Assert.Equal(100, At((Side / 2) - 1));
        for (var x = Side / 2; x < Side - 1; x++)
            Assert.InRange(At(x + 1) - At(x), -0.05f, 3);

        float At(int x) => matched.Pixels[(80 * Side) + x].X;
    }

    [Fact]
    public void Where_nothing_steps_nothing_changes()
    {
        var picture = Flat(_ => 90);
        Assert.All(RimMatch.Apply(picture, picture, RightHalf, 24, 128).Pixels, p => Assert.Equal(90, p.X, 0.01f));
    }

    [Fact]
    public void A_step_far_past_the_limit_is_an_edge_and_stays()
    {
        var matched = RimMatch.Apply(Flat(x => x < Side / 2 ? 0 : 160), Flat(_ => 0), RightHalf, 16, 40);
        Assert.All(matched.Pixels.Where((_, i) => i % Side >= Side / 2), p => Assert.InRange(p.X, 159, 160.1f));
    }

    [Theory]
    [InlineData(10, 40, 9.9f, 10)]
    [InlineData(20, 40, 18.5f, 19)]
    [InlineData(40, 40, 19.9f, 20.1f)]
    [InlineData(120, 40, 1, 2)]
    [InlineData(5, 0, 0, 0)]
    public void The_cutoff_passes_small_differences_and_fades_large_ones(float difference, float limit, float least, float most) =>
        Assert.InRange(SoftCutoff.Apply(new Vector4(difference, difference, difference, 0), limit).X, least, most);

    [Fact]
    public void Without_a_border_the_picture_is_returned_as_it_is()
    {
        var picture = Flat(x => x);
        Assert.Same(picture, RimMatch.Apply(picture, Flat(_ => 0), new Mask(Side, Side, [.. Enumerable.Repeat(1f, Side * Side)]), 16, 128));
    }

    private static ColourField Flat(Func<int, float> grey) => new(Side, Side, [.. Enumerable.Range(0, Side * Side).Select(i => new Vector4(grey(i % Side), grey(i % Side), grey(i % Side), 0))]);
}
