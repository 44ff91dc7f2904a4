using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>What unCLIP does with embeddings and noises of given pictures (Ramesh et al. 2022, §3), on random weights of every family that can.</summary>
public sealed class OperationTests
{
    public static TheoryData<string, GenerationTask> Operations { get; } =
        new([.. new[] { "canvas-mini-tiny", "karlo-tiny", "kandinsky22-tiny" }.SelectMany(name => new[] { (name, GenerationTask.Interpolation), (name, GenerationTask.TextDiff) })]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Operations))]
    public void An_operation_gives_the_same_bytes_and_everything_that_it_is_told_matters(string name, GenerationTask task)
    {
        using var pipeline = TinyModels.Load(name);
        var request = Request(pipeline, task);
        var first = TinyModels.Bytes(pipeline, request);
        var turned = Inverted(request.Image!); // The helper below always brings one.

        Assert.Equal(first, TinyModels.Bytes(pipeline, request));
        Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { Theta = 0.1f }));
        Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { Image = turned }));
        Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { GuidanceScale = 7f }));
        if (task == GenerationTask.Interpolation)
        {
            Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { OtherImage = turned }));
        }
        else
        {
            Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { Prompt = "blue" }));
            Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { FromPrompt = "blue" }));
            Assert.NotEqual(first, TinyModels.Bytes(pipeline, request with { FromPrompt = null }));
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Previews_come_and_pictures_may_have_any_size(string name, GenerationTask task)
    {
        using var pipeline = TinyModels.Load(name);
        var request = Request(pipeline, task) with { Image = TinyModels.Picture(90, 70), OtherImage = task == GenerationTask.Interpolation ? TinyModels.Picture(50, 120) : null };
        var observer = new RecordingObserver();

        var watched = pipeline.Generate(request, observer, Token);

        Assert.Equal((pipeline.Info.NativeSize, pipeline.Info.NativeSize), (watched.Image.Width, watched.Image.Height));
        Assert.Equal(TinyModels.Bytes(pipeline, request), watched.Image.Rgba);
        Assert.Equal(Enumerable.Range(1, observer.Total), observer.Previews.Select(preview => preview.Step));
        Assert.Contains(watched.Timings, timing => timing.Stage == "invert");
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void What_inversion_found_is_remembered_and_changes_nothing(string name, GenerationTask task)
    {
        using var pipeline = TinyModels.Load(name);
        var request = Request(pipeline, task);
        var pictures = task == GenerationTask.Interpolation ? 2 : 1;
        var cache = new InversionCache(4);

        var first = TinyModels.Bytes(pipeline, request with { Inversions = cache });
        Assert.Equal(pictures, cache.Misses);
        var moved = TinyModels.Bytes(pipeline, request with { Inversions = cache, Theta = 0.4f });
        Assert.Equal(pictures, cache.Misses);
        Assert.Equal(TinyModels.Bytes(pipeline, request), first);
        Assert.Equal(TinyModels.Bytes(pipeline, request with { Theta = 0.4f }), moved);

        // Whatever it depends on is part of the key: other steps are another way back.
        Assert.Equal(TinyModels.Bytes(pipeline, request with { Steps = 4 }), TinyModels.Bytes(pipeline, request with { Steps = 4, Inversions = cache }));
        Assert.Equal(2 * pictures, cache.Misses);
    }

    [Theory]
    [InlineData("canvas-mini-tiny")]
    [InlineData("karlo-tiny")]
    public void What_was_found_with_another_given_embedding_is_not_taken(string name)
    {
        using var pipeline = TinyModels.Load(name);
        var request = TinyModels.Request(pipeline, GenerationTask.Variation) with { Scheduler = SchedulerKind.Ddim, Eta = 0f, Steps = 3 };
        var embedder = pipeline.Embedder;
        Assert.NotNull(embedder);
        var (one, other) = (embedder.EmbedText("a small red cube", Token), embedder.EmbedText("a large green ball", Token));
        var cache = new InversionCache(4);

        foreach (var embedding in new[] { null, one, other })
            Assert.Equal(TinyModels.Bytes(pipeline, request with { ImageEmbedding = embedding }), TinyModels.Bytes(pipeline, request with { ImageEmbedding = embedding, Inversions = cache }));
        Assert.Equal(3, cache.Misses);
        TinyModels.Bytes(pipeline, request with { ImageEmbedding = one, Inversions = cache });
        Assert.Equal(3, cache.Misses);
    }

    [Theory]
    [InlineData(SchedulerKind.UnClip, SchedulerKind.Ddim)]
    [InlineData(SchedulerKind.Ddpm, SchedulerKind.Ddim)]
    [InlineData(SchedulerKind.Tcd, SchedulerKind.Ddim)]
    [InlineData(SchedulerKind.Ddim, SchedulerKind.Ddim)]
    [InlineData(SchedulerKind.FlowMatchEuler, SchedulerKind.FlowMatchEuler)]
    public void A_pictures_own_noise_is_sought_with_a_sampler_that_can_go_back(SchedulerKind own, SchedulerKind taken)
    {
        using var pipeline = TinyModels.Load("canvas-mini-tiny");
        var info = pipeline.Info with { DefaultScheduler = own };
        var (diff, varied) = (Request(pipeline, GenerationTask.TextDiff), TinyModels.Request(pipeline, GenerationTask.Variation));

        Assert.Equal(taken, Diffusion.Pipelines.Shared.CheckedRequest.Check(diff, info, new()).Scheduler);
        Assert.Equal(taken, Diffusion.Pipelines.Shared.CheckedRequest.Check(varied with { Eta = 0.5f }, info, new()).Scheduler);
        Assert.Equal(own, Diffusion.Pipelines.Shared.CheckedRequest.Check(varied, info, new()).Scheduler);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Cancelling_stops_also_while_the_noise_is_sought(string name, GenerationTask task)
    {
        using var pipeline = TinyModels.Load(name);
        var request = Request(pipeline, task);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => pipeline.Generate(request, null, cancelled.Token));
    }

    [Theory]
    [InlineData("canvas-mini-tiny")]
    [InlineData("karlo-tiny")]
    [InlineData("kandinsky22-tiny")]
    public void A_variation_with_a_strength_starts_from_the_pictures_own_noise(string name)
    {
        using var pipeline = TinyModels.Load(name);
        var request = TinyModels.Request(pipeline, GenerationTask.Variation) with { Scheduler = SchedulerKind.Ddim };

        // Without new noise the seed has no say in the small picture; super resolution has noise of its own.
        var still = request with { Eta = 0f };
        if (name != "karlo-tiny")
            Assert.Equal(TinyModels.Bytes(pipeline, still), TinyModels.Bytes(pipeline, still with { Seed = 8 }));
        Assert.NotEqual(TinyModels.Bytes(pipeline, request), TinyModels.Bytes(pipeline, still));
        Assert.NotEqual(TinyModels.Bytes(pipeline, still), TinyModels.Bytes(pipeline, request with { Eta = 1f }));
        Assert.NotEqual(TinyModels.Bytes(pipeline, request with { Eta = 1f }), TinyModels.Bytes(pipeline, request with { Eta = 1f, Seed = 8 }));
    }

    [Theory]
    [InlineData("canvas-mini-tiny")]
    [InlineData("karlo-tiny")]
    [InlineData("kandinsky22-tiny")]
    public void Of_several_prior_samples_the_first_is_the_usual_one_and_the_nearest_is_taken(string name)
    {
        using var pipeline = TinyModels.Load(name);
        var request = TinyModels.Request(pipeline, GenerationTask.TextToImage);
        var one = TinyModels.Bytes(pipeline, request);

        Assert.Equal(one, TinyModels.Bytes(pipeline, request with { PriorSamples = 1 }));

        // With some seed another sample than the first is nearer: eight draws, sixteen seeds.
        Assert.Contains(Enumerable.Range(0, 16), seed =>
        {
            var seeded = request with { Seed = (ulong)seed, Steps = 1 };
            return !TinyModels.Bytes(pipeline, seeded).AsSpan().SequenceEqual(TinyModels.Bytes(pipeline, seeded with { PriorSamples = 8 }));
        });
        Assert.Equal(TinyModels.Bytes(pipeline, request with { PriorSamples = 3 }), TinyModels.Bytes(pipeline, request with { PriorSamples = 3 }));
    }

    [Fact]
    public void The_nearest_sample_is_the_one_with_the_largest_cosine()
    {
        float[] text = [1, 0];
        var embedding = new float[2];
        var nearest = new Diffusion.Pipelines.Shared.NearestSample(text, embedding);
        nearest.Take([0.9f, 0.5f]);
        nearest.Take([0.2f, 0.01f]); // Short and well aimed.
        nearest.Take([5, 4]);

        Assert.Equal([0.2f, 0.01f], embedding);
    }

    [Theory]
    [InlineData("theta_out_of_range", GenerationTask.Interpolation, 1.5f)]
    [InlineData("theta_out_of_range", GenerationTask.TextDiff, float.NaN)]
    [InlineData("theta_out_of_range", GenerationTask.TextDiff, null)]
    public void A_way_that_is_none_is_refused(string code, GenerationTask task, float? theta)
    {
        using var pipeline = TinyModels.Load("canvas-mini-tiny");

        Assert.Equal(code, Refusal(pipeline, Request(pipeline, task) with { Theta = theta }).Code);
    }

    [Fact]
    public void What_is_missing_or_would_be_ignored_is_refused_with_words()
    {
        using var mini = TinyModels.Load("canvas-mini-tiny");
        using var karlo = TinyModels.Load("karlo-tiny");
        using var diffusion = TinyModels.Load("sd15-tiny");
        var (between, diff, words) = (Request(mini, GenerationTask.Interpolation), Request(mini, GenerationTask.TextDiff), TinyModels.Request(mini, GenerationTask.TextToImage));

        Assert.Equal("image_missing", Refusal(mini, between with { OtherImage = null }).Code);
        Assert.Equal("image_missing", Refusal(mini, diff with { Image = null }).Code);
        Assert.Equal("prompt_missing", Refusal(mini, diff with { Prompt = "" }).Code);
        Assert.Equal("captions_equal", Refusal(mini, diff with { FromPrompt = diff.Prompt }).Code);
        Assert.Equal("option_not_used", Refusal(mini, between with { Eta = 0.5f }).Code);
        Assert.Equal("prior_samples_out_of_range", Refusal(mini, words with { PriorSamples = 9 }).Code);
        Assert.Equal("prior_samples_not_used", Refusal(mini, diff with { PriorSamples = 2 }).Code);
        Assert.Equal("prior_samples_not_used", Refusal(diffusion, TinyModels.Request(diffusion, GenerationTask.TextToImage) with { PriorSamples = 2 }).Code);
        Assert.Equal("scheduler_not_supported", Refusal(karlo, Request(karlo, GenerationTask.TextDiff) with { Scheduler = SchedulerKind.UnClip }).Code);
        Assert.Equal("task_not_supported", Refusal(karlo, TinyModels.Request(karlo, GenerationTask.TextToImage) with { Task = GenerationTask.Upscale, Image = TinyModels.Picture(8, 8) }).Code);
        var unable = Refusal(diffusion, TinyModels.Request(diffusion, GenerationTask.TextToImage) with { Task = GenerationTask.TextDiff, Image = TinyModels.Picture(64, 64), Theta = 0.2f });
        Assert.Equal("task_not_supported", unable.Code);
        Assert.Contains("text diffs", unable.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("canvas-mini-tiny")]
    [InlineData("karlo-tiny")]
    [InlineData("kandinsky22-tiny")]
    public void Words_and_pictures_are_directions_in_one_named_space(string name)
    {
        using var pipeline = TinyModels.Load(name);
        var manifest = ModelFolder.Open(Path.Combine(TinyModels.Golden, name)).Manifest!; // Loaded above.
        using var alone = PictureEmbedder.LoadText(manifest, TinyModels.Options, Token);
        var embedder = pipeline.Embedder;

        Assert.NotNull(embedder);
        var text = embedder.EmbedText("a small red cube", Token);
        var picture = embedder.EmbedPicture(TinyModels.Picture(70, 50), Token);
        Assert.Equal((embedder.Size, embedder.Size), (text.Length, picture.Length));
        Assert.Equal(1, PictureEmbedder.Similarity(text, text), 6);
        Assert.InRange(PictureEmbedder.Similarity(text, picture), -1, 1);
        Assert.Equal(text, alone.EmbedText("a small red cube", Token));
        Assert.Equal(embedder.Space, alone.Space);
        Assert.Throws<InvalidOperationException>(() => alone.EmbedPicture(TinyModels.Picture(8, 8), Token));
    }

    [Fact]
    public void Other_encoders_are_another_space_and_models_without_have_none()
    {
        var spaces = new[] { "canvas-mini-tiny", "karlo-tiny", "kandinsky22-tiny" }.Select(name => PictureEmbedder.SpaceOf(ModelFolder.Open(Path.Combine(TinyModels.Golden, name)).Manifest!)).ToList(); // These are good folders.
        using var diffusion = TinyModels.Load("sd15-tiny");

        Assert.Equal(3, spaces.OfType<string>().Distinct(StringComparer.Ordinal).Count());
        Assert.Null(diffusion.Embedder);
        Assert.Null(PictureEmbedder.SpaceOf(ModelFolder.Open(Path.Combine(TinyModels.Golden, "sd15-tiny")).Manifest!)); // Likewise.
    }

    private static GenerationRequest Request(IImagePipeline pipeline, GenerationTask task)
    {
        var side = pipeline.Info.NativeSize;
        return new GenerationRequest
        {
            Task = task,
            Prompt = "a small red cube",
            FromPrompt = task == GenerationTask.TextDiff ? "a large green ball" : null,
            Image = TinyModels.Picture(side, side),
            OtherImage = task == GenerationTask.Interpolation ? TinyModels.Picture(side - 8, side) : null,
            Theta = 0.25f,
            GuidanceScale = 3f,
            Seed = 7,
            Steps = 3,
        };
    }

    private static GenerationException Refusal(IImagePipeline pipeline, GenerationRequest request) => Assert.Throws<GenerationException>(() => pipeline.Generate(request, null, Token));

    private static PixelImage Inverted(PixelImage image) => new(image.Width, image.Height, [.. image.Rgba.Select((value, i) => i % 4 == 3 ? (byte)255 : (byte)(255 - (value / 2)))]);
}
