using System.Text.Json.Nodes;
using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>What a folder's small files say changes what is run: shown on copies of the tiny folders with one field changed.</summary>
public sealed class ConventionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("canvasweb-conventions-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void One_pass_guidance_is_used_in_its_range_and_two_passes_outside()
    {
        using var plain = TinyModels.Load("canvas-mini-tiny");
        using var distilled = Changed("canvas-mini-tiny", "model_index.json", root => root["one_pass_guidance"] = new JsonArray(1, 7));
        var request = TinyModels.Request(plain, GenerationTask.TextToImage);

        Assert.NotEqual(TinyModels.Bytes(plain, request with { GuidanceScale = 4f }), TinyModels.Bytes(distilled, request with { GuidanceScale = 4f }));
        Assert.NotEqual(TinyModels.Bytes(distilled, request with { GuidanceScale = 3f }), TinyModels.Bytes(distilled, request with { GuidanceScale = 4f }));
        Assert.Equal(TinyModels.Bytes(plain, request with { GuidanceScale = 8f }), TinyModels.Bytes(distilled, request with { GuidanceScale = 8f }));
    }

    [Fact]
    public void One_pass_guidance_gives_way_to_two_passes_for_a_negative_prompt()
    {
        using var plain = TinyModels.Load("canvas-mini-tiny");
        using var distilled = Changed("canvas-mini-tiny", "model_index.json", root => root["one_pass_guidance"] = new JsonArray(1, 7));
        var request = TinyModels.Request(plain, GenerationTask.TextToImage) with { GuidanceScale = 4f, NegativePrompt = "blue" };

        Assert.Equal(TinyModels.Bytes(plain, request), TinyModels.Bytes(distilled, request));
    }

    [Fact]
    public void A_preview_decoder_has_a_scale_of_its_own()
    {
        PixelImage Preview(float? scaling, float? shift)
        {
            Copy("sd15-tiny");
            Directory.CreateDirectory(Path.Combine(_folder, "preview_decoder"));
            File.Copy(Path.Combine(TinyModels.Golden, "canvas-mini-tiny", "preview_decoder", "model.onnx"), Path.Combine(_folder, "preview_decoder", "model.onnx"), overwrite: true);
            File.WriteAllText(Path.Combine(_folder, "preview_decoder", "config.json"), new JsonObject { ["scaling_factor"] = scaling, ["shift_factor"] = shift }.ToJsonString());
            using var pipeline = TinyModels.LoadFolder(_folder);
            var observer = new RecordingObserver();
            pipeline.Generate(TinyModels.Request(pipeline, GenerationTask.TextToImage), observer, TestContext.Current.CancellationToken);
            return observer.Previews[^1].Image;
        }

        var vaes = Preview(null, null).Rgba;

        Assert.Equal(vaes, Preview(0.18215f, 0f).Rgba);
        Assert.NotEqual(vaes, Preview(1f, 0f).Rgba);
        Assert.NotEqual(vaes, Preview(null, 0.5f).Rgba);
    }

    [Fact]
    public void A_prior_that_is_not_to_be_used_is_like_an_embedding_of_zeros()
    {
        using var plain = TinyModels.Load("canvas-mini-tiny");
        using var without = Changed("canvas-mini-tiny", "model_index.json", root => root["use_prior"] = false);
        var request = TinyModels.Request(plain, GenerationTask.TextToImage);

        Assert.Equal(TinyModels.Bytes(plain, request with { ImageEmbedding = new float[16] }), TinyModels.Bytes(without, request));
        Assert.NotEqual(TinyModels.Bytes(plain, request), TinyModels.Bytes(without, request));
    }

    [Fact]
    public void A_prior_that_is_not_for_inpainting_still_serves_text_alone()
    {
        using var plain = TinyModels.Load("canvas-mini-tiny");
        using var without = Changed("canvas-mini-tiny", "model_index.json", root => root["use_prior_inpaint"] = false);
        var text = TinyModels.Request(plain, GenerationTask.TextToImage);
        var inpaint = TinyModels.Request(plain, GenerationTask.Inpaint);

        Assert.Equal(TinyModels.Bytes(plain, text), TinyModels.Bytes(without, text));
        Assert.Equal(TinyModels.Bytes(plain, inpaint with { ImageEmbedding = new float[16] }), TinyModels.Bytes(without, inpaint));
        Assert.NotEqual(TinyModels.Bytes(plain, inpaint), TinyModels.Bytes(without, inpaint));
    }

    [Fact]
    public void An_empty_negative_prompt_is_zeros_only_where_the_model_says_so()
    {
        using var zeros = TinyModels.Load("sdxl-tiny");
        using var encoded = Changed("sdxl-tiny", "model_index.json", root => root["force_zeros_for_empty_prompt"] = false);
        var request = TinyModels.Request(zeros, GenerationTask.TextToImage);

        Assert.NotEqual(TinyModels.Bytes(zeros, request), TinyModels.Bytes(encoded, request));
        Assert.Equal(TinyModels.Bytes(zeros, request with { NegativePrompt = "blue" }), TinyModels.Bytes(encoded, request with { NegativePrompt = "blue" }));
    }

    [Theory]
    [InlineData("karlo-tiny", "prior")]
    [InlineData("kandinsky22-tiny", "prior_prior")]
    public void A_prior_without_its_statistics_is_refused_when_it_is_loaded(string name, string part)
    {
        var exception = Assert.Throws<ModelFormatException>(() => Changed(name, Path.Combine(part, "config.json"), root => root.Remove("clip_mean")));

        Assert.Contains("clip_mean", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sampler_config_that_cannot_be_honoured_is_refused_when_it_is_loaded()
    {
        var exception = Assert.Throws<ModelFormatException>(() => Changed("sd15-tiny", Path.Combine("scheduler", "scheduler_config.json"), root =>
        {
            root["_class_name"] = "DDIMScheduler";
            root["timestep_spacing"] = "trailing";
            root["rescale_betas_zero_snr"] = true;
        }));

        Assert.Contains("rescale_betas_zero_snr", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Latents_are_clipped_only_where_the_model_says_so()
    {
        byte[] WithClip(bool? clips)
        {
            // As DPM-Solver, Euler and UniPC save it: the field is not theirs.
            using var pipeline = Changed("sd15-tiny", Path.Combine("scheduler", "scheduler_config.json"), root =>
            {
                root["_class_name"] = "DPMSolverMultistepScheduler";
                root.Remove("clip_sample");
                if (clips is { } value)
                    root["clip_sample"] = value;
            });
            return TinyModels.Bytes(pipeline, TinyModels.Request(pipeline, GenerationTask.TextToImage) with { Scheduler = SchedulerKind.Ddim });
        }

        Assert.Equal(WithClip(false), WithClip(null));
        Assert.NotEqual(WithClip(true), WithClip(null));
    }

    [Theory]
    [InlineData("sd15-inpaint-tiny")]
    [InlineData("sdxl-inpaint-tiny")]
    [InlineData("kandinsky22-inpaint-tiny")]
    public void A_network_with_mask_channels_sees_a_mask_of_0_and_1(string name)
    {
        using var pipeline = TinyModels.Load(name);
        // One call holds every pixel that is not wholly made, whatever its grade: what is left of the mask is what the network is shown.
        var request = TinyModels.Request(pipeline, GenerationTask.Inpaint) with { Steps = 1, Scheduler = SchedulerKind.Lcm };
        byte[] At(float grade)
        {
            var values = (request.Mask ?? throw new InvalidOperationException("There is a mask.")).Values;
            return TinyModels.Bytes(pipeline, request with { Mask = new Mask(64, 64, Array.ConvertAll(values, value => value == 0.5f ? grade : value)) });
        }

        Assert.Equal(At(0.9f), At(0.5f));
        Assert.Equal(At(0.1f), At(0.49f));
        Assert.NotEqual(At(0.49f), At(0.5f));
    }

    [Fact]
    public void A_network_that_wants_another_input_is_refused_when_it_is_loaded()
    {
        Copy("sd15-tiny");
        File.Copy(Path.Combine(TinyModels.Golden, "sdxl-tiny", "unet", "model.onnx"), Path.Combine(_folder, "unet", "model.onnx"), overwrite: true);

        var exception = Assert.Throws<ModelFormatException>(() => TinyModels.LoadFolder(_folder));

        Assert.Contains("text_embeds", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_xl_encoder_without_hidden_states_is_refused_with_what_to_do()
    {
        Copy("sdxl-tiny");
        File.Copy(Path.Combine(TinyModels.Golden, "sd15-tiny", "text_encoder", "model.onnx"), Path.Combine(_folder, "text_encoder", "model.onnx"), overwrite: true);

        var exception = Assert.Throws<ModelFormatException>(() => TinyModels.LoadFolder(_folder));

        Assert.Contains("output_hidden_states", exception.Message, StringComparison.Ordinal);
    }

    private IImagePipeline Changed(string name, string file, Action<JsonObject> change)
    {
        Copy(name);
        var path = Path.Combine(_folder, file);
        var root = (JsonNode.Parse(File.ReadAllText(path)) ?? throw new InvalidOperationException(path)).AsObject();
        change(root);
        File.WriteAllText(path, root.ToJsonString());
        return TinyModels.LoadFolder(_folder);
    }

    private void Copy(string name)
    {
        var source = Path.Combine(TinyModels.Golden, name);
        foreach (var from in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(_folder, Path.GetRelativePath(source, from));
            Directory.CreateDirectory(Path.GetDirectoryName(to) ?? _folder);
            File.Copy(from, to, overwrite: true);
        }
    }
}
