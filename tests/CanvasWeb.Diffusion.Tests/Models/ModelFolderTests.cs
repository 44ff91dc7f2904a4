using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Tests.Onnx;

namespace CanvasWeb.Diffusion.Tests.Models;

public sealed class ModelFolderTests
{
    private static readonly OnnxModelOptions Cpu = new() { Provider = ExecutionProvider.Cpu, IntraOpThreads = 1 };

    private static string Golden(string name) => Path.Combine(GoldenOnnx.RepositoryRoot(), "tests", "golden", "models", name);

    private static ModelManifest Open(string path)
    {
        var result = ModelFolder.Open(path);
        Assert.True(result.IsModel, result.Refusal?.ToString());
        return result.Manifest;
    }

    [Theory]
    [InlineData("sd15-tiny", "stable-diffusion", 64, 4, 4, 8)]
    [InlineData("sd15-inpaint-tiny", "stable-diffusion", 64, 4, 9, 8)]
    [InlineData("sd21-v-tiny", "stable-diffusion", 64, 4, 4, 8)]
    [InlineData("sd-fp16-tiny", "stable-diffusion", 64, 4, 4, 8)]
    [InlineData("lcm-tiny", "stable-diffusion", 64, 4, 4, 8)]
    [InlineData("sdxl-tiny", "stable-diffusion-xl", 64, 4, 4, 8)]
    [InlineData("karlo-tiny", "unclip", 64, 3, 3, 1)]
    [InlineData("kandinsky22-tiny", "kandinsky-2.2", 64, 4, 4, 8)]
    [InlineData("canvas-mini-tiny", "canvas-mini", 64, 4, 9, 8)]
    public void Every_family_opens_and_every_graph_loads(string name, string family, int size, int latents, int channels, int factor)
    {
        var manifest = Open(Golden(name));
        Assert.Equal(
            (name, family, size, size, latents, channels, factor),
            (manifest.Name, manifest.FamilyName, manifest.NativeWidth, manifest.NativeHeight, manifest.LatentChannels, manifest.UnetInChannels, manifest.VaeScaleFactor));
        foreach (var component in manifest.Components.Keys)
            manifest.Load(component, Cpu, TestContext.Current.CancellationToken).Dispose();
        Assert.All(manifest.Files, file => Assert.True(File.Exists(file), file));
    }

    [Fact]
    public void Families_tell_what_their_pipelines_need()
    {
        var sdxl = Open(Golden("sdxl-tiny"));
        Assert.Equal((.13025f, 32, 24, true), (sdxl.ScalingFactor, sdxl.CrossAttentionDim, sdxl.ProjectionDim, sdxl.ForceZerosForEmptyPrompt));
        Assert.Equal(["tokenizer", "tokenizer_2"], sdxl.Tokenizers.Keys.Order());

        Assert.Equal((32, 4), (Open(Golden("lcm-tiny")).TimeCondProjDim, Open(Golden("lcm-tiny")).DefaultSteps));
        Assert.True(Open(Golden("sd15-inpaint-tiny")).HasMaskChannels);

        var karlo = Open(Golden("karlo-tiny"));
        Assert.Equal((16, 16, 32, 2, 12, true), (karlo.UnetSampleSize, karlo.EmbeddingSize, karlo.ImageEncoderSize, karlo.ClipExtraContextTokens, karlo.TimeEmbedDim, karlo.LearnsVariance));
        Assert.Equal(["decoder_scheduler", "prior_scheduler", "super_res_scheduler"], karlo.Schedulers.Keys.Order());
        Assert.Equal(.48145466f, karlo.ImageMean[0]);
        Assert.Equal((16, 16), (karlo.PriorMean?.Count, karlo.PriorStd?.Count));

        var kandinsky = Open(Golden("kandinsky22-tiny"));
        Assert.Equal((1f, true, 25), (kandinsky.ScalingFactor, kandinsky.LearnsVariance, kandinsky.PriorSteps));
        Assert.True(kandinsky.Has("movq_encoder") && kandinsky.Has("prior_image_encoder"));

        var mini = Open(Golden("canvas-mini-tiny"));
        Assert.Equal((4, 3, 40, 32, 4f, true), (mini.DefaultSteps, mini.PriorSteps, mini.MaxPromptTokens, mini.ImageEncoderSize, mini.DefaultGuidanceScale, mini.MaskOneMeansPaint));
        Assert.Equal(4, mini.GreyLatent?.Count);
    }

    [Fact]
    public void The_integration_weights_of_canvas_mini_open_and_load()
    {
        var folder = Path.Combine(GoldenOnnx.RepositoryRoot(), "..", "shared", "canvas-mini-v0");
        Assert.SkipUnless(Directory.Exists(folder), "The shared folder is absent.");
        var manifest = Open(folder);
        Assert.Equal((ModelFamily.CanvasMini, 128, 9, 32, 20, 4f, .93633036f), (manifest.Family, manifest.NativeWidth, manifest.UnetInChannels, manifest.MaxPromptTokens, manifest.DefaultSteps, manifest.DefaultGuidanceScale, manifest.ScalingFactor));
        Assert.Equal((0, 0, false), (manifest.PriorSteps, manifest.EmbeddingSize, manifest.Has("prior")));
        foreach (var component in manifest.Components.Keys)
            manifest.Load(component, Cpu, TestContext.Current.CancellationToken).Dispose();
    }
}
