using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Diffusion.Tests.Onnx;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

public sealed class ModelTasksTests
{
    [Theory]
    [InlineData("sd15-tiny", GenerationTask.TextToImage, GenerationTask.ImageToImage, GenerationTask.Inpaint)]
    [InlineData("sd15-inpaint-tiny", GenerationTask.Inpaint)]
    [InlineData("lcm-tiny", GenerationTask.TextToImage, GenerationTask.ImageToImage)]
    [InlineData("sdxl-tiny", GenerationTask.TextToImage, GenerationTask.ImageToImage, GenerationTask.Inpaint)]
    [InlineData("karlo-tiny", GenerationTask.TextToImage, GenerationTask.Variation, GenerationTask.Interpolation, GenerationTask.TextDiff)]
    [InlineData("kandinsky22-tiny", GenerationTask.TextToImage, GenerationTask.ImageToImage, GenerationTask.Inpaint, GenerationTask.Variation, GenerationTask.Interpolation, GenerationTask.TextDiff)]
    [InlineData("canvas-mini-tiny", GenerationTask.TextToImage, GenerationTask.ImageToImage, GenerationTask.Inpaint, GenerationTask.Variation, GenerationTask.Interpolation, GenerationTask.TextDiff, GenerationTask.Upscale)]
    public void A_folder_promises_what_its_pipeline_does(string name, params GenerationTask[] tasks)
    {
        var manifest = ModelFolder.Open(Path.Combine(GoldenOnnx.RepositoryRoot(), "tests", "golden", "models", name)).Manifest;
        Assert.NotNull(manifest);
        Assert.Equal(tasks, manifest.Tasks().Order());
        using var pipeline = TinyModels.Load(name);
        Assert.Equal(tasks, pipeline.Info.Tasks.Order());
    }
}
