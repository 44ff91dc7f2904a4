using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Provenance;

namespace CanvasWeb.Web.Tests.Provenance;

public sealed class SettingsReaderTests
{
    [Fact]
    public void Files_of_the_command_line_give_their_settings()
    {
        var read = SettingsReader.Parse("""
            {"software":"CanvasWeb 0.1.0","verb":"generate","prompt":"a fox, 狐","negativePrompt":"blue","seed":7,"imageIndex":0,
             "settings":{"steps":20,"guidance":3,"scheduler":"flow-euler","width":256,"height":256},"model":{"name":"canvas-mini","family":"canvas-mini","hash":"ab"}}
            """);

        Assert.Equal(new FrameSettings("a fox, 狐", "blue", "canvas-mini", Seed: 7, Steps: 20, Guidance: 3, Scheduler: "flow-euler"), read);
    }

    [Fact]
    public void Files_of_a_site_give_those_of_their_first_picture()
    {
        var read = SettingsReader.Parse("""
            {"software":"CanvasWeb 0.1.0","pictures":[{"format":"canvasweb-job-record/1","job":"j","image":1,"task":"Inpaint","model":"canvas-mini","prompt":"a hat","negativePrompt":"","seed":9007199254740991,
             "steps":12,"guidance":2.5,"strength":0.6,"softness":0.25},{"prompt":"another"}]}
            """);

        Assert.Equal(new FrameSettings("a hat", "", "canvas-mini", Seed: 9007199254740991, Steps: 12, Guidance: 2.5, Strength: 0.6, Softness: 0.25), read);
    }

    [Fact]
    public void The_text_that_other_programs_write_is_understood()
    {
        var read = SettingsReader.Parse("a fox in the snow,\nlooking back\nNegative prompt: blurry,\ngrey\nSteps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 42, Size: 512x768, Model hash: abc, Model: some-model, Denoising strength: 0.55");

        Assert.Equal(new FrameSettings("a fox in the snow, looking back", "blurry, grey", "some-model", Seed: 42, Steps: 28, Guidance: 6.5, Scheduler: "dpm++2m", Strength: 0.55), read);
    }

    [Fact]
    public void What_is_out_of_bounds_is_left_out_and_the_rest_is_kept()
    {
        var read = SettingsReader.Parse("""{"prompt":"a fox","seed":-1,"settings":{"steps":100000,"guidance":1e300,"scheduler":"ddim","strength":7},"model":{"name":7}}""");

        Assert.Equal(new FrameSettings("a fox", Scheduler: "ddim"), read);
        Assert.Equal(BoardLimits.Default.MaxPromptLength, SettingsReader.Parse($"{new string('x', 50_000)}\nSteps: 20")!.Prompt.Length); // read
    }

    [Fact]
    public void A_line_that_is_made_to_be_slow_is_read_like_any_other()
    {
        var spaces = new string(' ', 60_000);

        Assert.Equal(new FrameSettings("a fox", Seed: 42, Steps: 20), SettingsReader.Parse($"a fox\nSteps: 20, Seed: 42,{spaces}!"));
        Assert.Equal(new FrameSettings("a fox", Seed: 42, Steps: 20), SettingsReader.Parse($"a fox\nSteps: 20,{spaces}Seed: {spaces}42"));
        Assert.Equal(new FrameSettings("a fox"), SettingsReader.Parse($"a fox\nSteps: {spaces}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a photograph of my cat")]
    [InlineData("{\"pictures\":[]}")]
    [InlineData("{\"pictures\":[1]}")]
    [InlineData("{\"pictures\":7,\"prompt\":\"x\"}")]
    [InlineData("{\"prompt\":{}}")]
    [InlineData("{\"settings\":[],\"prompt\":7}")]
    [InlineData("{")]
    [InlineData("Steps: 20, Seed: 7")]
    public void What_says_nothing_gives_nothing(string text) => Assert.Null(SettingsReader.Parse(text));
}
