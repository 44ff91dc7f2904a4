using CanvasWeb.Benchmarks.Seams;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

/// <summary>What <c>seams --check</c> lets pass.</summary>
public sealed class SeamBarsTests
{
    private static readonly SeamRow Worst = new("hard mask", 9, 9, 9, 9, 1, 1, 0);
    private static readonly SeamRow Default = new("+ context", 1.5, 9, 1.5, 9, 1, 1, 0);

    [Fact]
    public void Only_the_default_settings_are_scored_and_their_bar_may_be_reached() => Assert.Empty(SeamBars.Missed([Worst, Default]));

    [Fact]
    public void Each_border_past_its_bar_is_named()
    {
        Assert.Contains("inpaint, border of + context is 1.51", Assert.Single(SeamBars.Missed([Worst, Default with { InpaintBorder = 1.51 }])), StringComparison.Ordinal);
        Assert.Contains("outpaint, border of + context is 1.51", Assert.Single(SeamBars.Missed([Worst, Default with { OutpaintBorder = 1.51 }])), StringComparison.Ordinal);
        Assert.Equal(2, SeamBars.Missed([Worst, Default with { InpaintBorder = double.NaN, OutpaintBorder = 2 }]).Count);
    }

    [Fact]
    public void One_byte_changed_outside_misses_in_every_row() =>
        Assert.Contains("hard mask changed 1 bytes", Assert.Single(SeamBars.Missed([Worst with { ChangedOutside = 1 }, Default])), StringComparison.Ordinal);

    [Fact]
    public void Nothing_measured_is_a_miss() => Assert.Single(SeamBars.Missed([]));
}
