using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Inference.Models;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests.Commands;

public sealed class ModelsTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly FakeModelLibrary _library = new(new FakePipeline());

    public ModelsTests()
    {
        _library.Models.Clear();
        _library.Models.Add(new ModelDescription { Name = "canvas-mini", Family = "canvas-mini", NativeSize = 256, Tasks = [GenerationTask.TextToImage, GenerationTask.Inpaint], Schedulers = ["flow-euler"], SizeBytes = 28_200_000 });
        _library.Models.Add(new ModelDescription { Name = "broken", SizeBytes = 12, Refusal = new UnusableReason("unet/model.onnx", "is cut off") });
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task The_table_shows_each_model_and_why_one_is_refused()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("models"));

        Assert.Equal(
            """
            NAME         FAMILY       SIZE     DISK  STATE        VERBS
            canvas-mini  canvas-mini   256  28.2 MB  not checked  generate, inpaint, outpaint
            broken       -               -   0.0 kB  refused      -
                unet/model.onnx: is cut off

            """.ReplaceLineEndings("\n"),
            _output.ToString());
    }

    [Theory]
    [InlineData("is for FluxPipeline, which does not run here.")]
    [InlineData("is not valid JSON")]
    public async Task A_long_refusal_is_cut_to_what_is_wrong_and_verbose_has_it_all(string brief)
    {
        var reason = brief.EndsWith('.') ? $"{brief} These run: {new string('A', 300)}." : $"{brief} ('x\n' is an invalid literal. BytePositionInLine: 1).";
        _library.Models.Add(new ModelDescription { Name = "other", Refusal = new UnusableReason("model_index.json", reason) });

        await RunAsync("models");
        Assert.EndsWith($"    model_index.json: {brief.TrimEnd('.')}. (--verbose says more.)\n", _output.ToString(), StringComparison.Ordinal);
        await RunAsync("models", "--verbose");
        Assert.EndsWith($"    model_index.json: {reason}\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_meets_a_refused_model_ends_with_3() =>
        Assert.Equal(ExitCode.Model, await RunAsync("models", "--check"));

    [Fact]
    public async Task Json_has_the_same()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("models", "--json"));

        Assert.Equal(
            """{"models":[{"name":"canvas-mini","family":"canvas-mini","nativeSize":256,"tasks":["generate","inpaint","outpaint"],"schedulers":["flow-euler"],"sizeBytes":28200000,"usable":true,"checked":false},{"name":"broken","tasks":[],"schedulers":[],"sizeBytes":12,"usable":false,"checked":false,"refusal":{"file":"unet/model.onnx","reason":"is cut off"}}]}""",
            _output.ToString().TrimEnd());
    }

    [Fact]
    public async Task No_models_is_said_and_is_no_failure()
    {
        _library.Models.Clear();

        Assert.Equal(ExitCode.Ok, await RunAsync("models"));

        Assert.Empty(_output.ToString());
        Assert.Equal("No models are here: put one there.\n", _error.ToString());
    }

    private Task<ExitCode> RunAsync(params string[] arguments) => CommandLine.RunAsync(
        arguments,
        new CommandHost { Output = _output, Error = _error, Time = TimeProvider.System, Models = _library },
        TestContext.Current.CancellationToken);
}
