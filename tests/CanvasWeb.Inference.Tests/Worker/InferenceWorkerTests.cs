using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Models;
using CanvasWeb.Inference.Worker;
using CanvasWeb.Testing;
using Microsoft.AspNetCore.SignalR;

namespace CanvasWeb.Inference.Tests.Worker;

/// <summary>The worker with the model of the repository, against a hub on a real port.</summary>
public sealed class InferenceWorkerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_says_what_its_models_can_do()
    {
        await using var site = await ScriptedSite.StartAsync();
        await using var worker = Started(site);

        var hello = await site.Hellos.Reader.ReadAsync(Token);

        Assert.Equal(InferenceProtocol.Version, hello.Version);
        var mini = Assert.Single(hello.Models, model => model.Name == "canvas-mini");
        Assert.Equal([JobTask.TextToImage, JobTask.Inpaint, JobTask.Variation, JobTask.Interpolation, JobTask.TextDiff, JobTask.Upscale], mini.Tasks);
        Assert.Equal((256L * 256, 32, 20), (mini.NativeArea, mini.SizeMultiple, mini.DefaultSteps));
        Assert.Contains(mini.DefaultScheduler, mini.Schedulers);
        Assert.True(mini.TakesEmbeddings);
        Assert.NotEmpty(mini.InvertibleSchedulers);
        Assert.True(mini.MaxUpscalePixels >= mini.NativeArea);
        Assert.True(mini.HasPrior);
        Assert.Equal((4, 64), (mini.UpscaleFactor, mini.EmbeddingSpace?.Length));
    }

    [Fact]
    public async Task Results_come_with_their_meaning_and_words_are_embedded_beside_jobs()
    {
        await using var site = await ScriptedSite.StartAsync();
        site.Jobs.Enqueue(Leases.TextToImage with { Count = 2, Prompt = "a tree in the snow at night" });
        await using var worker = Started(site);

        var result = await site.Results.Reader.ReadAsync(Token);
        var caption = await site.AskAsync<EmbeddingAnswer>(InferenceProtocol.EmbedText, new EmbedTextOrder("canvas-mini", "a tree in the snow at night"));
        var unknown = await site.AskAsync<EmbeddingAnswer>(InferenceProtocol.EmbedText, new EmbedTextOrder("no-such-model", "a tree"));

        var words = Floats(caption.Embedding);
        Assert.InRange(Math.Sqrt(words.Sum(static value => value * (double)value)), 0.999, 1.001);
        Assert.All(result.Pictures, picture =>
        {
            var embedding = Floats(picture.Embedding ?? []);
            Assert.Equal(caption.Space, picture.EmbeddingSpace);
            Assert.Equal(words.Zip(embedding, static (a, b) => a * (double)b).Sum(), picture.Similarity ?? double.NaN, 5);
        });
        Assert.NotNull(unknown.Refusal);
        Assert.Empty(unknown.Embedding);
    }

    [Fact]
    public async Task A_sketch_is_a_small_picture_and_a_wrong_order_is_answered_with_words()
    {
        await using var site = await ScriptedSite.StartAsync();
        await using var worker = Started(site);
        await site.Hellos.Reader.ReadAsync(Token);
        var order = new SketchOrder { Model = "canvas-mini", Task = JobTask.TextDiff, Prompt = "a blue cube", FromPrompt = "a red cube", Theta = 0.3, Steps = 2, Picture = Png(64) };

        var sketch = await site.AskAsync<SketchAnswer>(InferenceProtocol.Sketch, order);
        var again = await site.AskAsync<SketchAnswer>(InferenceProtocol.Sketch, order);
        var between = await site.AskAsync<SketchAnswer>(InferenceProtocol.Sketch, order with { Task = JobTask.Interpolation, Other = Png(96) });
        var varied = await site.AskAsync<SketchAnswer>(InferenceProtocol.Sketch, order with { Task = JobTask.Variation, Theta = null, Eta = 0.5 });
        SketchOrder[] wrong = [order with { Task = JobTask.Inpaint }, order with { Steps = 9 }, order with { Picture = [1, 2, 3] }, order with { Picture = Png(257) }, order with { Model = "none" }, order with { Theta = 2 }, order with { Task = JobTask.Interpolation }];

        Assert.Equal((false, null), (sketch.Busy, sketch.Refusal));
        Assert.InRange(sketch.Preview?.Length ?? 0, 50, InferenceProtocol.PreviewMaxBytes);
        Assert.InRange(ImageDecoder.Decode(sketch.Preview ?? [], ImageLimits.Default).Width, 64, InferenceProtocol.PreviewMaxSide);
        Assert.Equal(sketch.Preview, again.Preview);
        Assert.NotNull(between.Preview);
        Assert.NotNull(varied.Preview);
        foreach (var bad in wrong)
        {
            var answer = await site.AskAsync<SketchAnswer>(InferenceProtocol.Sketch, bad);
            Assert.Null(answer.Preview);
            Assert.True(answer is { Busy: false, Refusal.Length: > 10 }, answer.ToString());
        }
    }

    [Fact]
    public async Task A_worker_with_a_job_in_hand_is_busy_and_sketches_again_after_it()
    {
        await using var site = await ScriptedSite.StartAsync();
        var order = new SketchOrder { Model = "canvas-mini", Task = JobTask.Variation, Eta = 0.5, Steps = 1, Picture = Png(64) };
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        site.OnStep = (_, _, _) =>
        {
            begun.TrySetResult();
            return Task.CompletedTask;
        };
        site.Jobs.Enqueue(Leases.TextToImage with { Steps = 200 });
        await using var worker = Started(site);

        await begun.Task.WaitAsync(Token);
        Assert.Equal(new SketchAnswer(null, Busy: true), await site.AskAsync<SketchAnswer>(InferenceProtocol.Sketch, order));
        await site.Results.Reader.ReadAsync(Token);
        SketchAnswer after;
        do
        {
            // The worker hears that the job is taken a moment after the site has taken it.
            after = await site.AskAsync<SketchAnswer>(InferenceProtocol.Sketch, order);
        }
        while (after.Busy);
        Assert.NotNull(after.Preview);
    }

    [Fact]
    public async Task A_job_comes_back_as_pictures_with_a_preview_of_every_step_but_the_last()
    {
        await using var site = await ScriptedSite.StartAsync();
        site.Jobs.Enqueue(Leases.TextToImage with { Count = 2, Steps = 4, CropWidth = 256, CropHeight = 256, Frame = new(0, 0, 256, 256), Placement = new(0, 0, 256, 256) });
        await using var worker = Started(site);

        var result = await site.Results.Reader.ReadAsync(Token);

        Assert.Equal([0, 1], result.Pictures.Select(picture => picture.Image));
        Assert.Equal([0, 1], site.Uploads.Select(upload => upload.Image));
        Assert.Equal(64, result.ModelHash.Length);
        var previews = site.Steps.Where(step => step.Preview is not null).ToList();
        Assert.All(previews, step => Assert.InRange(step.Preview!.Length, 50, InferenceProtocol.PreviewMaxBytes));
        Assert.All(previews, step => Assert.InRange(ImageDecoder.Decode(step.Preview!, ImageLimits.Default).Width, 16, InferenceProtocol.PreviewMaxSide));
        Assert.Contains(site.Steps, step => step is { Image: 1, Steps: 4 });
    }

    [Fact]
    public async Task Scores_come_with_pictures_and_inputs_where_the_lease_asks_for_them_and_not_else()
    {
        await using var site = await ScriptedSite.StartAsync();
        PutInputs(site);
        site.Jobs.Enqueue(Leases.Inpaint with { JobId = "scored", Score = true });
        site.Jobs.Enqueue(Leases.Inpaint with { JobId = "plain" });
        await using var worker = Started(site);

        Assert.Equal("scored", (await site.Results.Reader.ReadAsync(Token)).JobId);
        Assert.Equal("plain", (await site.Results.Reader.ReadAsync(Token)).JobId);

        // The crop is a picture, the mask is none.
        Assert.Equal([JobInputs.Crop], Assert.Single(site.AskedInputs).Scores.Keys);
        Assert.Equal(2, site.Notes.Count);
        var scores = site.Notes.First()?.Scores;
        Assert.NotNull(scores);
        Assert.InRange(scores.Drawing + scores.Hentai + scores.Neutral + scores.Porn + scores.Sexy, 0.998, 1.002);
        Assert.Null(site.Notes.Last()?.Scores);
    }

    [Fact]
    public async Task Nothing_is_made_of_inputs_that_the_site_does_not_take_and_the_next_job_is_done()
    {
        await using var site = await ScriptedSite.StartAsync();
        PutInputs(site);
        site.TakesInputs = false;
        site.Jobs.Enqueue(Leases.Inpaint with { JobId = "refused", Score = true });
        site.Jobs.Enqueue(Leases.TextToImage with { JobId = "next", Score = true });
        await using var worker = Started(site);

        Assert.Equal("next", (await site.Results.Reader.ReadAsync(Token)).JobId);
        Assert.Equal("refused", Assert.Single(site.AskedInputs).JobId);
        Assert.Single(site.Uploads);
        Assert.False(site.Failures.Reader.TryRead(out _));
    }

    [Fact]
    public async Task What_an_earlier_attempt_brought_up_is_not_made_again()
    {
        await using var site = await ScriptedSite.StartAsync();
        site.Jobs.Enqueue(Leases.TextToImage with { Attempt = 2, Count = 3, Done = [0, 2] });
        await using var worker = Started(site);

        var result = await site.Results.Reader.ReadAsync(Token);

        Assert.Equal(1, Assert.Single(result.Pictures).Image);
        Assert.Equal(2, result.Attempt);
    }

    [Fact]
    public async Task A_job_that_does_not_fit_fails_for_good_and_the_next_one_is_done()
    {
        await using var site = await ScriptedSite.StartAsync();
        site.Jobs.Enqueue(Leases.TextToImage with { JobId = "bad", ModelWidth = 65 });
        site.Jobs.Enqueue(Leases.TextToImage with { JobId = "good" });
        await using var worker = Started(site);

        var failure = await site.Failures.Reader.ReadAsync(Token);
        var result = await site.Results.Reader.ReadAsync(Token);

        Assert.Equal(("bad", "size_not_divisible", false), (failure.JobId, failure.Code, failure.Retry));
        Assert.Equal("good", result.JobId);
    }

    [Fact]
    public async Task A_cancelled_job_stops_within_a_step_and_nothing_more_is_said_of_it()
    {
        await using var site = await ScriptedSite.StartAsync();
        site.OnStep = (step, _, worker) => step is { JobId: "long", Step: 1 } ? worker.SendAsync(InferenceProtocol.Cancel, new LeaseToken("long", 1), Token) : Task.CompletedTask;
        site.Jobs.Enqueue(Leases.TextToImage with { JobId = "long", Count = 8, Steps = 200 });
        site.Jobs.Enqueue(Leases.TextToImage with { JobId = "next" });
        await using var worker = Started(site);

        var result = await site.Results.Reader.ReadAsync(Token);

        Assert.Equal("next", result.JobId);
        Assert.False(site.Failures.Reader.TryRead(out _));
        Assert.True(site.Steps.Where(step => step.JobId == "long").Max(step => step.Step) < 200);
    }

    [Fact]
    public async Task A_lost_lease_is_noticed_by_the_heartbeat()
    {
        await using var site = await ScriptedSite.StartAsync();
        site.Lost["long"] = true;
        site.Jobs.Enqueue(Leases.TextToImage with { JobId = "long", Count = 8, Steps = 200 });
        site.Jobs.Enqueue(Leases.TextToImage with { JobId = "next" });
        await using var worker = Started(site);

        Assert.Equal("next", (await site.Results.Reader.ReadAsync(Token)).JobId);
        Assert.False(site.Failures.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_job_survives_a_line_that_breaks()
    {
        await using var site = await ScriptedSite.StartAsync();
        var broken = 0;
        site.OnStep = (_, connection, _) =>
        {
            if (Interlocked.Exchange(ref broken, 1) == 0)
                connection.Abort();
            return Task.CompletedTask;
        };
        site.Jobs.Enqueue(Leases.TextToImage with { Count = 2, Steps = 10 });
        await using var worker = Started(site);

        var result = await site.Results.Reader.ReadAsync(Token);

        Assert.Equal(2, result.Pictures.Count);
        Assert.Equal(1, broken);
        await site.Hellos.Reader.ReadAsync(Token);
        await site.Hellos.Reader.ReadAsync(Token);
    }

    [Fact]
    public async Task A_site_that_fails_for_a_moment_costs_neither_a_job_nor_the_worker()
    {
        await using var site = await ScriptedSite.StartAsync();
        site.Failing[InferenceProtocol.Lease] = 2;
        site.Failing[InferenceProtocol.Complete] = 2;
        site.Failing[InferenceProtocol.Fail] = 2;
        site.Jobs.Enqueue(Leases.TextToImage with { JobId = "good" });
        site.Jobs.Enqueue(Leases.TextToImage with { JobId = "bad", ModelWidth = 65 });
        site.Jobs.Enqueue(Leases.TextToImage with { JobId = "next" });
        await using var worker = Started(site);

        var good = await site.Results.Reader.ReadAsync(Token);
        var bad = await site.Failures.Reader.ReadAsync(Token);
        var next = await site.Results.Reader.ReadAsync(Token);

        Assert.Equal(("good", "bad", "next"), (good.JobId, bad.JobId, next.JobId));
        Assert.All([InferenceProtocol.Lease, InferenceProtocol.Complete, InferenceProtocol.Fail], method => Assert.True(site.Failing[method] < 0));
    }

    [Fact]
    public async Task A_heartbeat_that_fails_is_not_the_last()
    {
        await using var site = await ScriptedSite.StartAsync();
        site.Failing[InferenceProtocol.Heartbeat] = 2;
        site.Lost["long"] = true;
        site.Jobs.Enqueue(Leases.TextToImage with { JobId = "long", Count = 8, Steps = 200 });
        site.Jobs.Enqueue(Leases.TextToImage with { JobId = "next" });
        await using var worker = Started(site);

        Assert.Equal("next", (await site.Results.Reader.ReadAsync(Token)).JobId);
        Assert.False(site.Failures.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_wrong_key_ends_the_worker_with_words()
    {
        await using var site = await ScriptedSite.StartAsync();
        using var worker = NewWorker(site, "another key");

        var reason = await worker.RunAsync(Token);

        Assert.Contains("Inference:Key", reason, StringComparison.Ordinal);
    }

    private static InferenceWorker NewWorker(ScriptedSite site, string key) => new(
        new WorkerOptions(site.Address, key, RepositoryFiles.PathTo("models"), LoadedModels: 1, EndWithInput: false),
        new ModelLibrary(variable: null, AppContext.BaseDirectory),
        TimeProvider.System,
        line => TestContext.Current.TestOutputHelper?.WriteLine(line));

    private static RunningWorker Started(ScriptedSite site) => new(NewWorker(site, ScriptedSite.Key));

    private sealed class RunningWorker : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        private readonly InferenceWorker _worker;
        private readonly Task<string?> _run;

        public RunningWorker(InferenceWorker worker)
        {
            _worker = worker;
            _run = worker.RunAsync(_stop.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            Assert.Null(await _run);
            _worker.Dispose();
            _stop.Dispose();
        }
    }

    /// <summary>A grey crop, and a mask that makes its middle anew.</summary>
    private static byte[] Png(int side)
    {
        var image = new PixelImage(side, side);
        for (var i = 0; i < image.Rgba.Length; i++)
            image.Rgba[i] = i % 4 == 3 ? (byte)255 : (byte)(i / side);
        return ImageEncoder.Encode(image, new EncodeOptions());
    }

    private static float[] Floats(byte[] bytes) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    private static void PutInputs(ScriptedSite site)
    {
        var crop = new PixelImage(128, 128);
        crop.Rgba.AsSpan().Fill(255);
        var mask = new PixelImage(128, 128);
        for (var i = 0; i < 128 * 128; i++)
        {
            var isNew = i / 128 is >= 40 and < 80 && i % 128 is >= 40 and < 80;
            mask.Rgba.AsSpan(i * 4, 3).Fill((byte)(isNew ? 255 : 0));
            mask.Rgba[(i * 4) + 3] = 255;
        }

        site.Inputs[JobInputs.Crop] = crop;
        site.Inputs[JobInputs.New] = mask;
    }
}
