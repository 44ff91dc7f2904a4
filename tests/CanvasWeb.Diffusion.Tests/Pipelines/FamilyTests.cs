using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Diffusion.Schedulers;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>Every family, every task that it supports, end to end on random weights.</summary>
public sealed class FamilyTests
{
    private static readonly Dictionary<string, GenerationTask[]> Tasks = new(StringComparer.Ordinal)
    {
        ["sd15-tiny"] = [GenerationTask.TextToImage, GenerationTask.ImageToImage, GenerationTask.Inpaint],
        ["sd15-inpaint-tiny"] = [GenerationTask.Inpaint],
        ["sd21-v-tiny"] = [GenerationTask.TextToImage, GenerationTask.ImageToImage, GenerationTask.Inpaint],
        ["sd-fp16-tiny"] = [GenerationTask.TextToImage, GenerationTask.ImageToImage, GenerationTask.Inpaint],
        ["lcm-tiny"] = [GenerationTask.TextToImage, GenerationTask.ImageToImage],
        ["sdxl-lcm-tiny"] = [GenerationTask.TextToImage, GenerationTask.ImageToImage],
        ["sdxl-inpaint-tiny"] = [GenerationTask.Inpaint],
        ["kandinsky22-inpaint-tiny"] = [GenerationTask.Inpaint],
        ["sdxl-tiny"] = [GenerationTask.TextToImage, GenerationTask.ImageToImage, GenerationTask.Inpaint],
        ["karlo-tiny"] = [GenerationTask.TextToImage, GenerationTask.Variation, GenerationTask.Interpolation, GenerationTask.TextDiff],
        ["kandinsky22-tiny"] = [GenerationTask.TextToImage, GenerationTask.ImageToImage, GenerationTask.Inpaint, GenerationTask.Variation, GenerationTask.Interpolation, GenerationTask.TextDiff],
        ["canvas-mini-tiny"] = [GenerationTask.TextToImage, GenerationTask.ImageToImage, GenerationTask.Inpaint, GenerationTask.Variation, GenerationTask.Interpolation, GenerationTask.TextDiff, GenerationTask.Upscale],
    };

    /// <summary>Those that draw noise; the others are in OperationTests.</summary>
    public static TheoryData<string, GenerationTask> All { get; } = new(Tasks.SelectMany(pair => pair.Value.Where(task => task < GenerationTask.Interpolation).Select(task => (pair.Key, task))));

    public static TheoryData<string> Families { get; } = [.. Tasks.Keys];

    [Theory]
    [MemberData(nameof(Families))]
    public void A_folder_offers_exactly_the_tasks_that_its_parts_allow(string name)
    {
        using var pipeline = TinyModels.Load(name);

        Assert.Equal(Tasks[name].Order(), pipeline.Info.Tasks.Order());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_same_request_gives_the_same_bytes_and_another_seed_or_image_index_others(string name, GenerationTask task)
    {
        using var pipeline = TinyModels.Load(name);
        var request = TinyModels.Request(pipeline, task);

        var first = TinyModels.Bytes(pipeline, request);

        Assert.Equal(first, TinyModels.Bytes(pipeline, request));
        Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { Seed = 8 }));
        Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { ImageIndex = 1 }));

        // A pipeline that was loaded anew has nothing left of the earlier runs.
        using var fresh = TinyModels.Load(name);
        Assert.Equal(first, TinyModels.Bytes(fresh, request));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_prompt_and_the_guidance_scale_reach_the_picture(string name, GenerationTask task)
    {
        using var pipeline = TinyModels.Load(name);
        var request = TinyModels.Request(pipeline, task) with { GuidanceScale = 3f };
        var first = TinyModels.Bytes(pipeline, request);

        // Kandinsky's decoder sees only an embedding, and a variation has the picture's: there the prompt has no port.
        if (!(name == "kandinsky22-tiny" && task == GenerationTask.Variation))
            Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { Prompt = "blue cat" }));
        Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { GuidanceScale = 7f }));
        Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { GuidanceScale = 1f }));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_negative_prompt_matters_where_there_is_a_guidance_pair(string name, GenerationTask task)
    {
        using var pipeline = TinyModels.Load(name);
        var request = TinyModels.Request(pipeline, task) with { GuidanceScale = 3f };

        // Distilled models have none, and say so (RefusalTests).
        Assert.Equal(!name.Contains("lcm", StringComparison.Ordinal), pipeline.Info.TakesNegativePrompt);
        if (pipeline.Info.TakesNegativePrompt)
            Assert.NotEqual(TinyModels.Bytes(pipeline, request), TinyModels.Bytes(pipeline, request with { NegativePrompt = "blue" }));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_picture_given_reaches_the_result(string name, GenerationTask task)
    {
        using var pipeline = TinyModels.Load(name);
        var request = TinyModels.Request(pipeline, task);
        if (request.Image is not { } image)
        {
            Assert.Equal(GenerationTask.TextToImage, task);
            return;
        }

        var first = TinyModels.Bytes(pipeline, request);
        var other = new CanvasWeb.Imaging.PixelImage(image.Width, image.Height, [.. image.Rgba.Select((value, i) => i % 4 == 3 ? (byte)255 : (byte)(255 - (value / 2)))]);

        Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { Image = other }));
        if (task == GenerationTask.ImageToImage)
            Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { Strength = 0.4f }));
        if (task == GenerationTask.Inpaint)
        {
            var shifted = (float[])(request.Mask?.Values.Clone() ?? Array.Empty<float>());
            Array.Fill(shifted, 1f, 0, shifted.Length / 3);
            Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { Mask = new Mask(image.Width, image.Height, shifted) }));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Previews_come_from_the_first_step_and_do_not_change_the_picture(string name, GenerationTask task)
    {
        using var pipeline = TinyModels.Load(name);
        var request = TinyModels.Request(pipeline, task);
        var observer = new RecordingObserver();

        var watched = pipeline.Generate(request, observer, TestContext.Current.CancellationToken);

        Assert.Equal(TinyModels.Bytes(pipeline, request), watched.Image.Rgba);
        Assert.Equal(Enumerable.Range(1, observer.Total), observer.Steps);
        Assert.Equal(observer.Steps, observer.Previews.Select(preview => preview.Step));
        Assert.All(observer.Previews, preview => Assert.InRange(Math.Max(preview.Image.Width, preview.Image.Height), 1, 256));
        Assert.Contains(watched.Timings, timing => timing.Stage == "denoise");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Cancelling_stops_within_a_step_and_the_next_run_is_whole(string name, GenerationTask task)
    {
        using var pipeline = TinyModels.Load(name);
        var request = TinyModels.Request(pipeline, task);
        var whole = TinyModels.Bytes(pipeline, request);
        using var cancellation = new CancellationTokenSource();
        var observer = new RecordingObserver { WantsPreviews = false, CancelAfterStep = 1, Cancellation = cancellation };

        Assert.ThrowsAny<OperationCanceledException>(() => pipeline.Generate(request, observer, cancellation.Token));

        Assert.Equal([1], observer.Steps);
        Assert.Equal(whole, TinyModels.Bytes(pipeline, request));
    }

    // Deterministic Euler is DDIM in other coordinates, and ancestral Euler is DDPM: where their timesteps agree, so do the bytes.
    [Theory]
    [InlineData("sd15-tiny", "FlowMatchEuler", "")]
    [InlineData("sd21-v-tiny", "UnClip FlowMatchEuler", "")]
    [InlineData("sdxl-tiny", "FlowMatchEuler", "Ddpm=EulerAncestral")]
    [InlineData("canvas-mini-tiny", "Pndm UnClip FlowMatchEuler", "Ddim=Euler Ddpm=EulerAncestral")]
    public void Every_sampler_that_fits_runs_and_shows_in_the_picture(string name, string unfit, string equal)
    {
        using var pipeline = TinyModels.Load(name);
        var request = TinyModels.Request(pipeline, GenerationTask.ImageToImage);
        var pictures = new Dictionary<string, List<SchedulerKind>>(StringComparer.Ordinal);
        var refused = new List<SchedulerKind>();
        foreach (var kind in Enum.GetValues<SchedulerKind>())
        {
            try
            {
                var picture = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(TinyModels.Bytes(pipeline, request with { Scheduler = kind, Steps = 6 })));
                if (!pictures.TryGetValue(picture, out var kinds))
                    pictures.Add(picture, kinds = []);
                kinds.Add(kind);
            }
            catch (GenerationException exception) when (exception.Code == "scheduler_not_supported")
            {
                refused.Add(kind);
            }
        }

        Assert.Equal(unfit, string.Join(' ', refused));
        Assert.Equal(equal, string.Join(' ', pictures.Values.Where(kinds => kinds.Count > 1).Select(kinds => string.Join('=', kinds))));
    }

    [Fact]
    public void A_wider_than_high_picture_has_the_size_asked_for()
    {
        using var pipeline = TinyModels.Load("sd15-tiny");

        var image = pipeline.Generate(TinyModels.Request(pipeline, GenerationTask.TextToImage) with { Width = 96, Height = 48 }, null, TestContext.Current.CancellationToken).Image;

        Assert.Equal((96, 48), (image.Width, image.Height));
    }

    [Fact]
    public void The_resolved_request_makes_the_same_picture_again()
    {
        using var pipeline = TinyModels.Load("canvas-mini-tiny");
        var result = pipeline.Generate(new GenerationRequest { Prompt = "red", Seed = 3 }, null, TestContext.Current.CancellationToken);

        Assert.Equal(4, result.Request.Steps);
        Assert.Equal(4f, result.Request.GuidanceScale);
        Assert.Equal(SchedulerKind.Ddim, result.Request.Scheduler);
        Assert.Equal(64, result.Request.Width);
        Assert.Equal(result.Image.Rgba, TinyModels.Bytes(pipeline, result.Request));
    }

    [Theory]
    [InlineData("sd15-tiny")]
    [InlineData("karlo-tiny")]
    [InlineData("canvas-mini-tiny")]
    public void Picture_k_of_four_equals_the_single_picture_with_index_k(string name)
    {
        using var four = TinyModels.Load(name);
        var request = TinyModels.Request(four, GenerationTask.TextToImage) with { Scheduler = null };
        var pictures = Enumerable.Range(0, 4).Select(index => TinyModels.Bytes(four, request with { ImageIndex = index })).ToList();

        using var single = TinyModels.Load(name);
        foreach (var index in (int[])[3, 1])
            Assert.Equal(pictures[index], TinyModels.Bytes(single, request with { ImageIndex = index }));
    }

    [Fact]
    public void The_upscaler_enlarges_the_same_picture()
    {
        using var pipeline = TinyModels.Load("canvas-mini-tiny");
        var request = TinyModels.Request(pipeline, GenerationTask.TextToImage);
        var plain = pipeline.Generate(request, null, TestContext.Current.CancellationToken);

        var large = pipeline.Generate(request with { Upscale = true }, null, TestContext.Current.CancellationToken);

        Assert.Equal(4, pipeline.Info.UpscaleFactor);
        Assert.Equal((256, 256), (large.Image.Width, large.Image.Height));
        Assert.True(large.Request.Upscale);
        Assert.Equal("upscale", large.Timings[^1].Stage);
        // Each pixel becomes a block around its own colour.
        for (var c = 0; c < 3; c++)
            Assert.InRange(Math.Abs(plain.Image.Rgba[plain.Image.Offset(20, 30) + c] - large.Image.Rgba[large.Image.Offset(82, 122) + c]), 0, 60);
    }

    [Fact]
    public void Eta_makes_a_variation_vary()
    {
        using var pipeline = TinyModels.Load("canvas-mini-tiny");
        var request = TinyModels.Request(pipeline, GenerationTask.Variation);

        Assert.NotEqual(TinyModels.Bytes(pipeline, request), TinyModels.Bytes(pipeline, request with { Eta = 1f }));
    }
}
