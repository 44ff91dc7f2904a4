using CanvasWeb.Contracts;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Models;
using CanvasWeb.Inference.Worker;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests.Worker;

/// <summary>What a worker says of its models' samplers is what the site orders with: real, tiny models whose own samplers cannot go back.</summary>
public sealed class OperationSchedulerTests
{
    private static readonly string s_golden = RepositoryFiles.PathTo("tests", "golden", "models");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("karlo-tiny", "unclip")]
    [InlineData("kandinsky22-tiny", "ddpm")]
    public void Operations_run_with_the_scheduler_that_is_said_to_find_noise_and_not_with_the_models_own(string name, string own)
    {
        var library = new ModelLibrary(variable: null, AppContext.BaseDirectory);
        var described = WorkerModels.Describe(library, s_golden, static _ => { }, Token).Single(model => model.Name == name);
        var located = library.Locate(new(name, s_golden));
        using var pipeline = PipelineFactory.Load(located.Manifest, new OnnxModelOptions { Provider = ExecutionProvider.Cpu }, limits: null, Token);
        var picture = new PixelImage(64, 64);
        picture.Rgba.AsSpan().Fill(255);
        var inputs = new Dictionary<string, PixelImage>(StringComparer.Ordinal) { [JobInputs.Picture] = picture, [JobInputs.Other] = picture };
        var side = pipeline.Info.NativeSize;

        Assert.Equal((own, "ddim"), (described.DefaultScheduler, Assert.Single(described.InvertibleSchedulers)));
        foreach (var task in (JobTask[])[JobTask.Variation, JobTask.Interpolation, JobTask.TextDiff])
        {
            Assert.Contains(task, described.Tasks);
            var lease = Leases.Of(task) with { Eta = task == JobTask.Variation ? 0.5 : null, ModelWidth = side, ModelHeight = side };
            PaintedPicture Paint(string scheduler) => new FramePainter(lease with { Scheduler = scheduler }, inputs, new(2)).Paint(pipeline, 0, new Silence(), Token);

            Assert.Equal(128, Paint(described.InvertibleSchedulers[0]).Tile.Width);
            Assert.Equal("scheduler_not_supported", Assert.Throws<GenerationException>(() => Paint(own)).Code);
        }

        // The command line asks the same, before the model is loaded.
        ModelFit.Check(located.Manifest, new GenerationRequest { Task = GenerationTask.Variation, Prompt = "", Eta = 0.5f });
    }
}
