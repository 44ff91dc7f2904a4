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
    [InlineData("generate", "a", "--count", "101")]
    [InlineData("generate", "a", "--count", "two")]
    [InlineData("generate", "a", "--steps", "1.5")]
    [InlineData("generate", "a", "--guidance", "strong")]
    [InlineData("generate", "a", "--image-index", "99999999999")]
    [InlineData("generate", "")]
    [InlineData("generate", " \t")]
    [InlineData("generate", "a", "--strength", "0.5")]
    [InlineData("generate", "a", "--image", "a.png", "--strength", "2")]
    [InlineData("outpaint", "a.png", "prompt", "--left", "far")]
    [InlineData("bench", "--pairs", "-1")]
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
    [InlineData("interpolate", "a.png")]
    [InlineData("interpolate", "a.png", "b.png", "--count", "0")]
    [InlineData("interpolate", "a.png", "b.png", "--image-index", "1")]
    [InlineData("textdiff", "a.png", "--from", "a cube")]
    [InlineData("textdiff", "a.png", "--to", "")]
    [InlineData("textdiff", "a.png", "--to", "a cube", "--theta", "0.1,1.5")]
    [InlineData("textdiff", "a.png", "--to", "a cube", "--theta", "0.1,,0.5")]
    [InlineData("upscale")]
    [InlineData("upscale", "a.png", "--steps", "3")]
    [InlineData("similarity", "a.png")]
    [InlineData("similarity", "a.png", "--prompt", " ")]
    [InlineData("generate", "a", "--prior-samples", "9")]
    [InlineData("bench", "--device", "cuda")]
    [InlineData("bench", "--check", "--pairs", "0", "--loads", "0", "--pictures", "0")]
    [InlineData("bench", "--check", "--pictures", "19")]
    [InlineData("paint")]
    public async Task A_wrong_command_line_ends_with_2_and_one_line_that_points_to_the_help(params string[] arguments)
    {
        var run = await CommandRun.WithFakeAsync(arguments);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.EndsWith("Try --help.", Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no option --foo; put a prompt that begins with - behind --.", "generate", "--foo")]
    [InlineData("There is no option --sed: did you mean --seed? Put a prompt that begins with - behind --.", "generate", "--sed", "7")]
    [InlineData("There is no option --chek: did you mean --check?", "models", "--chek")]
    [InlineData("There is no verb generat: did you mean generate?", "generat", "a cube")]
    public async Task A_slip_of_the_keyboard_is_answered_with_what_was_meant(string sentence, params string[] arguments)
    {
        var run = await CommandRun.WithFakeAsync(arguments);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Equal($"{sentence} Try --help.\n", run.Error);
    }

    [Theory]
    [InlineData("generate", "--negative", "-blue", "a cube")]
    [InlineData("generate", "--", "--foo")]
    public async Task A_text_that_begins_with_a_dash_is_read_where_only_a_text_can_be(params string[] arguments)
    {
        using var folder = new TemporaryFolder();

        Assert.Equal(ExitCode.Ok, (await CommandRun.WithFakeAsync([arguments[0], "--out", folder["a.png"], .. arguments[1..]])).ExitCode);
    }

    [Theory]
    [InlineData("B is missing: The picture to end with.", "interpolate", "a.png")]
    [InlineData("A is missing: The picture to begin with: PNG, JPEG or WebP of any size. B is missing: The picture to end with.", "interpolate")]
    public async Task What_is_missing_is_named(string sentence, params string[] arguments) =>
        Assert.Equal($"{sentence} Try --help.\n", (await CommandRun.WithFakeAsync(arguments)).Error);

    [Theory]
    [InlineData("textdiff")]
    [InlineData("bench", "quality")]
    public async Task The_default_of_a_list_is_written_as_it_is_typed(params string[] verb)
    {
        var help = (await CommandRun.WithFakeAsync([.. verb, "--help"])).Output;

        Assert.Contains("Default: ", help, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\[default: (\]|[^\]]*\|)", help);
    }

    [Fact]
    public async Task An_unquoted_prompt_is_told_to_be_quoted()
    {
        var run = await CommandRun.WithFakeAsync("generate", "a", "red", "cube");

        Assert.Equal("There is more than a prompt: \"red cube\". Put the whole prompt in quotes. Try --help.\n", run.Error);
    }

    [Theory]
    [InlineData("--seed", "-1", "--seed -1: write a whole number from 0 to 18446744073709551615.")]
    [InlineData("--count", "0", "--count 0: write a whole number from 1 to 100.")]
    [InlineData("--guidance", "NaN", "--guidance NaN: write a number from 0 to 50.")]
    [InlineData("--size", "0x0", "--size 0x0: write width x height in pixels, for example 512x384, from 1 to 16384 a side.")]
    [InlineData("--out", "picture", "--out picture: name a .png, .jpg or .webp file, or a folder that exists.")]
    public async Task A_wrong_value_is_shown_with_what_is_possible(string option, string value, string sentence)
    {
        var run = await CommandRun.WithFakeAsync("generate", "a", option, value);

        Assert.Equal($"{sentence} Try --help.\n", run.Error);
    }

    [Fact]
    public async Task The_prompt_of_vary_is_shown_as_optional() =>
        Assert.Contains("vary <IMAGE> [<PROMPT>] [options]", (await CommandRun.WithFakeAsync("vary", "--help")).Output, StringComparison.Ordinal);

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
    [InlineData("generate")]
    [InlineData("inpaint")]
    [InlineData("outpaint")]
    [InlineData("vary")]
    [InlineData("interpolate")]
    [InlineData("textdiff")]
    [InlineData("upscale")]
    [InlineData("similarity")]
    [InlineData("info")]
    [InlineData("models")]
    [InlineData("bench")]
    public async Task The_help_of_a_verb_has_its_usage_and_two_examples(string verb)
    {
        var help = (await CommandRun.WithFakeAsync(verb, "--help")).Output;

        Assert.Contains($"canvasweb {verb} ", help.Split("Examples:")[0], StringComparison.Ordinal);
        Assert.Equal(2, help.Split("Examples:")[1].Split($"  canvasweb {verb} ").Length - 1);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData]
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
