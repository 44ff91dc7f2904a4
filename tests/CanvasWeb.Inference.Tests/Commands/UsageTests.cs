using CanvasWeb.Inference.Commands;

namespace CanvasWeb.Inference.Tests.Commands;

public sealed class UsageTests
{
    [Theory]
    [InlineData("generate")]
    [InlineData("generate", "a", "b")]
    [InlineData("generate", "a", "--no-such-option")]
    [InlineData("generate", "a", "--seed", "-1")]
    [InlineData("generate", "a", "--seed", "x")]
    [InlineData("generate", "a", "--steps", "0")]
    [InlineData("generate", "a", "--steps", "1001")]
    [InlineData("generate", "a", "--count", "0")]
    [InlineData("generate", "a", "--count", "1001")]
    [InlineData("generate", "a", "--image-index", "-1")]
    [InlineData("generate", "a", "--guidance", "NaN")]
    [InlineData("generate", "a", "--guidance", "-1")]
    [InlineData("generate", "a", "--scheduler", "best")]
    [InlineData("generate", "a", "--size", "12by12")]
    [InlineData("generate", "a", "--size", "0x64")]
    [InlineData("generate", "a", "--size", "99999x64")]
    [InlineData("generate", "a", "--out", "a.gif")]
    [InlineData("generate", "a", "--out", "picture")]
    [InlineData("inpaint", "a.png", "prompt")]
    [InlineData("inpaint", "a.png", "prompt", "--mask", "m.png", "--strength", "1.1")]
    [InlineData("outpaint", "a.png", "prompt")]
    [InlineData("outpaint", "a.png", "prompt", "--left", "-1")]
    [InlineData("vary", "a.png", "--eta", "2")]
    [InlineData("vary")]
    [InlineData("bench", "--device", "cuda")]
    [InlineData("bench", "--check", "--pairs", "0", "--loads", "0", "--pictures", "0")]
    [InlineData("bench", "--check", "--pictures", "19")]
    [InlineData("paint")]
    [InlineData]
    public async Task A_wrong_command_line_ends_with_2_and_one_line_that_points_to_the_help(params string[] arguments)
    {
        var run = await CommandRun.WithFakeAsync(arguments);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.EndsWith("Try --help.", Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_command_line_with_json_is_an_error_object()
    {
        var run = await CommandRun.WithFakeAsync("generate", "a", "--size", "big", "--json");

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        var error = run.Json.GetProperty("error");
        Assert.Equal("usage", error.GetProperty("code").GetString());
        Assert.Contains("512x384", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("generate", "--help")]
    public async Task Help_lists_the_exit_codes(params string[] arguments)
    {
        var run = await CommandRun.WithFakeAsync(arguments);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        foreach (var code in Enum.GetValues<ExitCode>())
            Assert.Matches($@"(?m)^  {(int)code} ", run.Output);
    }

    [Theory]
    [InlineData("64", 64, 64)]
    [InlineData("512x384", 512, 384)]
    [InlineData("512X384", 512, 384)]
    [InlineData("16384x1", 16384, 1)]
    public void A_size_is_a_side_or_two(string text, int width, int height)
    {
        Assert.True(PictureSize.TryParse(text, out var size));
        Assert.Equal(new PictureSize(width, height), size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("64x")]
    [InlineData("64x64x64")]
    [InlineData("-64")]
    [InlineData("6 4")]
    [InlineData("64.5")]
    [InlineData("16385")]
    [InlineData("99999999999")]
    public void Anything_else_is_no_size(string text) => Assert.False(PictureSize.TryParse(text, out _));

    [Fact]
    public void Every_sampler_has_a_name_that_is_read_back()
    {
        foreach (var name in SchedulerNames.All)
        {
            Assert.True(SchedulerNames.TryParse(name.ToUpperInvariant(), out var kind));
            Assert.Equal(name, SchedulerNames.Name(kind));
        }

        Assert.Equal(SchedulerNames.All.Count, SchedulerNames.All.Distinct(StringComparer.Ordinal).Count());
    }
}
