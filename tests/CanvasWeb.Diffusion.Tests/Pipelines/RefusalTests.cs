using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>Requests that do not fit are refused with a code and words that say what to change, before any work.</summary>
public sealed class RefusalTests
{
    private static GenerationException Refusal(string name, Func<IImagePipeline, GenerationRequest> request)
    {
        using var pipeline = TinyModels.Load(name);
        var observer = new RecordingObserver();
        var exception = Assert.Throws<GenerationException>(() => pipeline.Generate(request(pipeline), observer, TestContext.Current.CancellationToken));
        Assert.Empty(observer.Steps);
        return exception;
    }

    private static GenerationRequest Text(IImagePipeline pipeline) => TinyModels.Request(pipeline, GenerationTask.TextToImage);

    private static GenerationRequest Inpaint(IImagePipeline pipeline) => TinyModels.Request(pipeline, GenerationTask.Inpaint);

    [Theory]
    [InlineData("sd15-tiny")]
    [InlineData("sdxl-tiny")]
    [InlineData("karlo-tiny")]
    [InlineData("kandinsky22-tiny")]
    [InlineData("canvas-mini-tiny")]
    public void Words_past_the_token_limit_are_named(string name)
    {
        var exception = Refusal(name, pipeline => Text(pipeline) with { Prompt = string.Concat(Enumerable.Repeat("red ", 90)) + "zebra" });

        Assert.Equal("prompt_too_long", exception.Code);
        Assert.Contains("red", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_negative_prompt_has_the_same_limit()
    {
        var exception = Refusal("sd15-tiny", pipeline => Text(pipeline) with { NegativePrompt = string.Concat(Enumerable.Repeat("red ", 75)) + "blue cube" });

        Assert.Equal("prompt_too_long", exception.Code);
        Assert.StartsWith("The negative prompt is too long", exception.Message, StringComparison.Ordinal);
        Assert.Contains("blue cube", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sd15-tiny", 1f)]
    [InlineData("sdxl-tiny", 0f)]
    [InlineData("canvas-mini-tiny", 1f)]
    [InlineData("lcm-tiny", 8f)]
    [InlineData("sdxl-lcm-tiny", 8f)]
    public void A_negative_prompt_that_nothing_would_look_at_is_refused(string name, float guidance)
    {
        var exception = Refusal(name, pipeline => Text(pipeline) with { NegativePrompt = "blue", GuidanceScale = guidance });

        Assert.Equal("negative_prompt_not_used", exception.Code);
    }

    [Theory]
    [InlineData("karlo-tiny")]
    [InlineData("kandinsky22-tiny")]
    public void A_negative_prompt_reaches_a_prior_that_guides_even_where_the_decoder_does_not(string name)
    {
        using var pipeline = TinyModels.Load(name);
        var request = Text(pipeline) with { GuidanceScale = 1f };

        Assert.NotEqual(TinyModels.Bytes(pipeline, request), TinyModels.Bytes(pipeline, request with { NegativePrompt = "blue" }));
        Assert.Equal("negative_prompt_not_used", Refusal(name, other => TinyModels.Request(other, GenerationTask.Variation) with { GuidanceScale = 1f, NegativePrompt = "blue" }).Code);
    }

    [Fact]
    public void An_endless_prompt_is_refused_unread()
    {
        var exception = Refusal("sd15-tiny", pipeline => Text(pipeline) with { Prompt = new string('a', 1_000_000) });

        Assert.Equal("prompt_too_long", exception.Code);
    }

    [Fact]
    public void A_size_that_is_not_divisible_comes_with_the_nearest_that_are()
    {
        var exception = Refusal("sd15-tiny", pipeline => Text(pipeline) with { Width = 70, Height = 64 });

        Assert.Equal("size_not_divisible", exception.Code);
        Assert.Contains("64 or 80", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(-16, 64)]
    [InlineData(64, 1_000_000_000)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(256, 256)]
    public void Absurd_sizes_are_refused(int width, int height)
    {
        var exception = Refusal("sd15-tiny", pipeline => Text(pipeline) with { Width = width, Height = height });

        Assert.Equal("size_out_of_range", exception.Code);
    }

    [Fact]
    public void A_model_of_one_size_says_so()
    {
        using var pipeline = TinyModels.Load("karlo-tiny");
        var request = Text(pipeline) with { Width = 128, Height = 64 };

        var exception = Assert.Throws<GenerationException>(() => pipeline.Generate(request, null, TestContext.Current.CancellationToken));

        Assert.Equal("size_not_supported", exception.Code);
    }

    [Fact]
    public void A_mask_of_another_size_is_refused()
    {
        var exception = Refusal("canvas-mini-tiny", pipeline => Inpaint(pipeline) with { Mask = TinyModels.Mask(32, 64) });

        Assert.Equal("mask_size", exception.Code);
        Assert.Contains("32 x 64", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_that_was_spoilt_after_it_was_made_is_refused()
    {
        foreach (var value in (float[])[float.NaN, 1.5f, -0.1f])
        {
            var mask = TinyModels.Mask(64, 64);
            mask.Values[100] = value;
            Assert.Equal("mask_range", Refusal("canvas-mini-tiny", pipeline => Inpaint(pipeline) with { Mask = mask }).Code);
        }
    }

    [Fact]
    public void Inpainting_without_a_mask_or_a_picture_is_refused()
    {
        Assert.Equal("mask_missing", Refusal("canvas-mini-tiny", pipeline => Inpaint(pipeline) with { Mask = null }).Code);
        Assert.Equal("image_missing", Refusal("canvas-mini-tiny", pipeline => Inpaint(pipeline) with { Image = null }).Code);
        Assert.Equal("image_missing", Refusal("canvas-mini-tiny", pipeline => TinyModels.Request(pipeline, GenerationTask.Variation) with { Image = null }).Code);
    }

    [Fact]
    public void A_picture_of_another_size_than_asked_for_is_refused()
    {
        var exception = Refusal("sd15-tiny", pipeline => TinyModels.Request(pipeline, GenerationTask.ImageToImage) with { Width = 80 });

        Assert.Equal("image_size", exception.Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100_000)]
    public void Steps_out_of_range_are_refused(int steps) =>
        Assert.Equal("steps_out_of_range", Refusal("sd15-tiny", pipeline => Text(pipeline) with { Steps = steps }).Code);

    [Theory]
    [InlineData(-1f)]
    [InlineData(1000f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_guidance_scale_out_of_range_is_refused(float scale) =>
        Assert.Equal("guidance_out_of_range", Refusal("sd15-tiny", pipeline => Text(pipeline) with { GuidanceScale = scale }).Code);

    [Theory]
    [InlineData(0f, "strength_out_of_range")]
    [InlineData(1.1f, "strength_out_of_range")]
    [InlineData(float.NaN, "strength_out_of_range")]
    [InlineData(0.1f, "strength_too_low")]
    public void A_strength_that_leaves_nothing_to_do_is_refused(float strength, string code) =>
        Assert.Equal(code, Refusal("sd15-tiny", pipeline => TinyModels.Request(pipeline, GenerationTask.ImageToImage) with { Strength = strength }).Code);

    [Fact]
    public void A_task_that_the_model_lacks_parts_for_is_refused_with_what_it_can_do()
    {
        var exception = Refusal("sd15-inpaint-tiny", Text);

        Assert.Equal("task_not_supported", exception.Code);
        Assert.Contains("inpaint", exception.Message, StringComparison.Ordinal);
        Assert.Equal("task_not_supported", Refusal("sdxl-tiny", pipeline => TinyModels.Request(pipeline, GenerationTask.Variation)).Code);
        Assert.Equal("task_not_supported", Refusal("karlo-tiny", Inpaint).Code);
        Assert.Equal("task_not_supported", Refusal("lcm-tiny", Inpaint).Code);
    }

    [Fact]
    public void A_sampler_that_does_not_fit_is_refused()
    {
        Assert.Equal("scheduler_not_supported", Refusal("sd15-tiny", pipeline => Text(pipeline) with { Scheduler = SchedulerKind.FlowMatchEuler }).Code);
        Assert.Equal("scheduler_not_supported", Refusal("sd15-tiny", pipeline => Text(pipeline) with { Eta = 0.5f }).Code);
        Assert.Equal("eta_out_of_range", Refusal("canvas-mini-tiny", pipeline => Text(pipeline) with { Eta = 2f }).Code);
    }

    [Fact]
    public void Noise_and_embeddings_of_another_length_are_refused()
    {
        Assert.Equal("noise_size", Refusal("canvas-mini-tiny", pipeline => Text(pipeline) with { InitialNoise = new float[3] }).Code);
        Assert.Equal("embedding_size", Refusal("canvas-mini-tiny", pipeline => Text(pipeline) with { ImageEmbedding = new float[3] }).Code);
        Assert.Equal("embedding_not_supported", Refusal("sd15-tiny", pipeline => Text(pipeline) with { ImageEmbedding = new float[3] }).Code);
    }

    [Fact]
    public void Upscaling_without_an_upscaler_is_refused() =>
        Assert.Equal("upscale_not_supported", Refusal("sd15-tiny", pipeline => Text(pipeline) with { Upscale = true }).Code);

    [Fact]
    public void Values_that_are_not_numbers_are_an_error_that_names_the_part_and_the_call()
    {
        using var pipeline = TinyModels.Load("sd15-tiny");
        var noise = new float[4 * 8 * 8];
        noise[17] = float.NaN;

        var exception = Assert.Throws<GenerationException>(() => pipeline.Generate(Text(pipeline) with { InitialNoise = noise }, null, TestContext.Current.CancellationToken));

        Assert.Equal("model_output_not_finite", exception.Code);
        Assert.Contains("'unet'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("call 1", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sd15-tiny", GenerationTask.ImageToImage)]
    [InlineData("canvas-mini-tiny", GenerationTask.Variation)]
    [InlineData("karlo-tiny", GenerationTask.Variation)]
    public void Colours_that_lie_hidden_under_transparency_never_reach_a_model(string name, GenerationTask task)
    {
        using var pipeline = TinyModels.Load(name);
        var request = TinyModels.Request(pipeline, task);
        var image = request.Image ?? throw new InvalidOperationException("The task has a picture.");
        PixelImage WithClearTop(byte hidden) =>
            new(image.Width, image.Height, [.. image.Rgba.Select((value, i) => i >= image.Rgba.Length / 2 ? value : i % 4 == 3 ? (byte)0 : hidden)]);

        var first = TinyModels.Bytes(pipeline, request with { Image = WithClearTop(0) });

        Assert.Equal(first, TinyModels.Bytes(pipeline, request with { Image = WithClearTop(200) }));
        Assert.NotEqual(first, TinyModels.Bytes(pipeline, request));
    }

    [Fact]
    public void A_refusal_is_for_people_and_names_no_parameter_of_the_code()
    {
        foreach (var (name, change, code) in new (string, Func<GenerationRequest, GenerationRequest>, string)[]
        {
            ("lcm-tiny", request => request with { Steps = 60 }, "steps_out_of_range"),
            ("sd15-tiny", request => request with { Scheduler = SchedulerKind.Lcm, Steps = 60 }, "steps_out_of_range"),
            ("sd15-tiny", request => request with { Scheduler = SchedulerKind.FlowMatchEuler }, "scheduler_not_supported"),
            ("sd15-tiny", request => request with { Eta = 0.5f }, "scheduler_not_supported"),
            ("sd15-tiny", request => request with { Eta = -1f }, "eta_out_of_range"),
        })
        {
            var exception = Refusal(name, pipeline => change(Text(pipeline)));

            Assert.Equal(code, exception.Code);
            Assert.DoesNotContain("(Parameter", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("Actual value", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', exception.Message);
        }
    }
}
