using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

public sealed class PipelineFactoryTests
{
    private static ModelManifest Manifest => ModelFolder.Open(Path.Combine(TinyModels.Golden, "sd15-tiny")).Manifest ?? throw new InvalidOperationException("The folder is sound.");

    [Fact]
    public void A_load_that_was_cancelled_stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => PipelineFactory.Load(Manifest, TinyModels.Options, null, source.Token).Dispose());
        Assert.Throws<OperationCanceledException>(() => OnnxModel.Load(Manifest.Components["unet"].GraphFile, TinyModels.Options, source.Token).Dispose());
    }

    [Fact]
    public void A_load_stops_at_the_graph_where_it_is_cancelled()
    {
        using var source = new CancellationTokenSource();
        var manifest = Manifest;
        using var first = manifest.Load("text_encoder", TinyModels.Options, source.Token);
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => manifest.Load("unet", TinyModels.Options, source.Token).Dispose());
    }

    [Fact]
    public void A_model_falls_back_as_a_whole_and_says_so_once()
    {
        var said = new List<string>();
        using var pipeline = PipelineFactory.Load(Manifest, TinyModels.Options with { Provider = ExecutionProvider.Cuda, Log = said.Add }, null, TestContext.Current.CancellationToken);
        if (pipeline.Info.Provider == ExecutionProvider.Cuda)
        {
            Assert.Empty(said);
            return;
        }

        Assert.Equal(ExecutionProvider.Cpu, pipeline.Info.Provider);
        Assert.StartsWith("CUDA was asked for, but ", Assert.Single(said), StringComparison.Ordinal);
        Assert.Throws<CudaUnavailableException>(() => PipelineFactory.Load(Manifest, TinyModels.Options with { Provider = ExecutionProvider.Cuda, FallBackToCpu = false }, null, TestContext.Current.CancellationToken).Dispose());
    }

    [Fact]
    public void Nobody_is_told_that_he_asked_for_cuda_when_he_did_not() =>
        Assert.StartsWith("CUDA would be used, but ", OnnxModel.WhyNotCuda("libcudnn.so.9: cannot open shared object file", wasAskedFor: false), StringComparison.Ordinal);

    [Fact]
    public void Steps_have_one_limit()
    {
        Assert.Equal(ModelManifest.MaxSteps, new PipelineLimits().MaxSteps);
    }
}
