using System.Collections.Concurrent;
using CanvasWeb.Contracts;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Inference.Models;
using CanvasWeb.Inference.Output;
using CanvasWeb.Inference.Safety;
using Microsoft.AspNetCore.SignalR;

namespace CanvasWeb.Inference.Worker;

/// <summary>The lease loop: asks the site for a job, makes its pictures one after the other, brings them up, asks again. One job at a time.</summary>
internal sealed class InferenceWorker(WorkerOptions options, IModelLibrary library, TimeProvider time, Action<string> log) : IDisposable
{
    /// <summary>How long to wait for a hint before asking anyway.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    // About half a minute with their pauses: longer than a database needs to start again, and about as long as a lease lasts without a heartbeat.
    private const int EndTries = 9;

    private readonly ConcurrentDictionary<LeaseToken, CancellationTokenSource> _running = new();
    private readonly SemaphoreSlim _work = new(0, 1);

    /// <summary>Runs until cancelled, or until the site refuses this worker.</summary>
    /// <returns>Why it ended; null when it was asked to.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        // 1. What there is.
        var models = WorkerModels.Describe(library, options.ModelsFolder, log, cancellationToken);
        if (models.Count == 0)
            return library.WhatIsMissing(options.ModelsFolder);

        // 2. The line to the site.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var hello = new WorkerHello(InferenceProtocol.Version, FormattableString.Invariant($"{Environment.MachineName}/{Environment.ProcessId}"), models);
        await using var site = new SiteConnection(options, hello, time, log);
        site.On(InferenceProtocol.WorkAvailable, Wake);
        site.On<LeaseToken>(InferenceProtocol.Cancel, token => Cancel(token, "cancelled by the site"));
        using var pictures = new SitePictures(options, time);
        using var cache = new ModelCache(library, options.ModelsFolder, options.LoadedModels, log);
        using var classifier = PictureClassifier.Load(AppContext.BaseDirectory, time, cancellationToken);
        if (classifier is null)
            log($"{PictureClassifier.File} is not beside the program: pictures are not scored, and what the site does with such ones is its own setting.");
        await using var words = new WordEmbedder(library, options.ModelsFolder);
        await using var sketcher = new Sketcher(cache, classifier, stop.Token);
        site.On<EmbedTextOrder, EmbeddingAnswer>(InferenceProtocol.EmbedText, order => words.EmbedAsync(order, stop.Token));
        site.On<SketchOrder, SketchAnswer>(InferenceProtocol.Sketch, sketcher.SketchAsync);
        var sender = new StepSender((report, token) => site.SendAsync(InferenceProtocol.ReportStep, report, token));

        // 3. Until one of them ends: only a refusal or the stop does that.
        var line = site.RunAsync(stop.Token);
        var steps = sender.RunAsync(stop.Token);
        var loop = LeaseAsync(site, pictures, new(cache, classifier, sketcher), sender, stop.Token);
        var ended = await Task.WhenAny(line, loop);
        await stop.CancelAsync();
        await ((Task)Task.WhenAll(line, steps, loop)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (cancellationToken.IsCancellationRequested)
            return null;
        if (ended == line)
            return await line;
        await loop; // It never returns: this throws what ended it.
        return null;
    }

    public void Dispose() => _work.Dispose();

    private async Task LeaseAsync(SiteConnection site, SitePictures pictures, Tools tools, StepSender sender, CancellationToken cancellationToken)
    {
        while (true)
        {
            var lease = await site.InvokeAsync<JobLease?>(InferenceProtocol.Lease, null, maxFailures: null, cancellationToken);
            if (lease is not null)
                await RunAsync(lease, site, pictures, tools, sender, cancellationToken);
            else
                await _work.WaitAsync(s_patience, cancellationToken);
        }
    }

    private async Task RunAsync(JobLease lease, SiteConnection site, SitePictures pictures, Tools tools, StepSender sender, CancellationToken cancellationToken)
    {
        var token = new LeaseToken(lease.JobId, lease.Attempt);
        using var job = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _running[token] = job;
        var heartbeat = HeartbeatAsync(token, site, job.Token);
        log(FormattableString.Invariant($"job {lease.JobId} attempt {lease.Attempt}: {lease.Task}, {lease.Count} of {lease.ModelWidth}x{lease.ModelHeight} with {lease.Model}"));
        var started = time.GetTimestamp();
        try
        {
            using var alone = await tools.Sketcher.PauseAsync(job.Token);
            var result = await MakeAsync(lease, site, pictures, tools, sender, job.Token);
            if (result is null)
            {
                log($"job {lease.JobId} was ended by the site for its inputs");
                return;
            }

            var taken = await site.InvokeAsync<bool>(InferenceProtocol.Complete, result, EndTries, job.Token);
            log(FormattableString.Invariant($"job {lease.JobId} {(taken ? "done" : "was no longer ours")} after {time.GetElapsedTime(started).TotalSeconds:0.00} s"));
        }
        catch (HubException unheard)
        {
            // Only the last call throws it. The pictures are there: once the lease has run out, the next attempt has nothing to make.
            log($"job {lease.JobId} is made, but the site did not take that: {unheard.Message}");
        }
        catch (Exception error) when (FailureOf(lease, error, job.IsCancellationRequested, cancellationToken) is { } failure)
        {
            log($"job {lease.JobId} failed: {failure.Code}: {failure.Message}");
            using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
            try
            {
                await site.InvokeAsync<bool>(InferenceProtocol.Fail, failure, EndTries, cancellationToken.IsCancellationRequested ? brief.Token : cancellationToken);
            }
            catch (Exception unheard) when (unheard is OperationCanceledException or HubException)
            {
                // The lease runs out by itself.
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            log($"job {lease.JobId} stopped");
        }
        finally
        {
            _running.TryRemove(token, out _);
            await job.CancelAsync();
            await heartbeat;
        }
    }

    private async Task<JobResult?> MakeAsync(JobLease lease, SiteConnection site, SitePictures pictures, Tools tools, StepSender sender, CancellationToken cancellationToken)
    {
        // 1. Inputs.
        var inputs = new Dictionary<string, PixelImage>(StringComparer.Ordinal);
        foreach (var name in lease.Inputs)
            inputs[name] = await pictures.DownloadAsync(lease, name, cancellationToken);
        var classifier = lease.Score ? tools.Classifier : null;
        if (classifier is not null && inputs.Keys.Any(static name => name != JobInputs.New) && !await AreInputsTakenAsync(lease, site, inputs, classifier, cancellationToken))
            return null;

        // 2. The model. Loading blocks for seconds.
        var model = await OwnThread.RunAsync(() => tools.Models.Get(lease.Model, cancellationToken));

        // 3. Picture after picture; each goes up as soon as it is there, so that another attempt need not make it again.
        var painter = new FramePainter(lease, inputs, tools.Sketcher.Inversions);
        var caption = await OwnThread.RunAsync(() => ResultEmbedding.OfCaption(model.Pipeline, lease.Prompt, cancellationToken));
        var made = new List<ResultPicture>();
        for (var image = 0; image < lease.Count; image++)
        {
            if (lease.Done.Contains(image))
                continue;
            var index = image;
            var film = new FilmRecorder();
            var observer = new JobObserver(lease, index, sender, film, time);
            var started = time.GetTimestamp();
            var painted = await OwnThread.RunAsync(() => painter.Paint(model.Pipeline, index, observer, cancellationToken));
            observer.Flush();
            var elapsed = time.GetElapsedTime(started);

            // The crop and not the tile: a tile may be a narrow part, and what it shows is told by what is around it.
            var scores = classifier is null ? null : await OwnThread.RunAsync(() => classifier.Score(painted.Crop, cancellationToken));
            var note = NoteOf(model, painted.Tile, cancellationToken) with { Scores = scores };
            var stored = await pictures.UploadAsync(lease, image, ImageEncoder.Encode(painted.Tile, new EncodeOptions { Format = ImageFormat.Png }), note, cancellationToken);
            await KeepFilmAsync(lease, image, film, painted.Crop, pictures, cancellationToken);
            var result = new ResultPicture(image, stored.Sha256, painted.Area, elapsed.TotalMilliseconds);
            made.Add(await OwnThread.RunAsync(() => ResultEmbedding.AddTo(result, model.Pipeline, painted.Crop, caption, cancellationToken)));
        }

        return new JobResult
        {
            JobId = lease.JobId,
            Attempt = lease.Attempt,
            Pictures = made,
            ModelHash = model.Identity.Reference(cancellationToken).Hash,
        };
    }

    /// <summary>A film is nice to have: what goes wrong with it costs the film and not the picture.</summary>
    private async Task KeepFilmAsync(JobLease lease, int image, FilmRecorder film, PixelImage finished, SitePictures pictures, CancellationToken cancellationToken)
    {
        try
        {
            if (await OwnThread.RunAsync(() => film.Finish(finished)) is { } strip)
                await pictures.UploadFilmAsync(lease, image, strip.WebP, strip.Frames, cancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException or ImageException)
        {
            log($"job {lease.JobId} has no film: {error.Message}");
        }
    }

    private static MakerNote NoteOf(OpenedModel model, PixelImage tile, CancellationToken cancellationToken)
    {
        var versions = ThisVersion.All();
        return new()
        {
            Version = versions.CanvasWeb,
            Runtime = versions.OnnxRuntime,
            Provider = model.Provider,
            CpuClass = CpuClass.Name,
            Threads = Environment.ProcessorCount,
            ModelHash = model.Identity.Reference(cancellationToken).Hash,
            PixelsSha256 = JobRecord.HashOf(tile.Width, tile.Height, tile.Rgba),
        };
    }

    /// <summary>Asks the site whether to go on with these pictures.</summary>
    private static async Task<bool> AreInputsTakenAsync(JobLease lease, SiteConnection site, Dictionary<string, PixelImage> inputs, PictureClassifier classifier, CancellationToken cancellationToken)
    {
        var scores = await OwnThread.RunAsync(() => inputs.Where(static input => input.Key != JobInputs.New)
            .ToDictionary(static input => input.Key, input => classifier.Score(input.Value, cancellationToken), StringComparer.Ordinal));
        return await site.InvokeAsync<bool>(InferenceProtocol.JudgeInputs, new InputScores(lease.JobId, lease.Attempt, scores), EndTries, cancellationToken);
    }

    private async Task HeartbeatAsync(LeaseToken token, SiteConnection site, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(site.Welcome.HeartbeatSeconds), time, cancellationToken);
                if ((await site.InvokeAsync<string[]>(InferenceProtocol.Heartbeat, (LeaseToken[])[token], maxFailures: null, cancellationToken)).Contains(token.JobId))
                    Cancel(token, "no longer ours");
            }
        }
        catch (OperationCanceledException)
        {
            // The job has ended.
        }
    }

    private void Cancel(LeaseToken token, string why)
    {
        if (!_running.TryGetValue(token, out var job))
            return;
        log($"job {token.JobId}: {why}");
        try
        {
            job.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended this very moment.
        }
    }

    private void Wake()
    {
        try
        {
            _work.Release();
        }
        catch (SemaphoreFullException)
        {
            // Awake already.
        }
    }

    /// <summary>What to tell the site; null when there is nothing to tell, because it was the site that stopped the job.</summary>
    private static JobFailure? FailureOf(JobLease lease, Exception error, bool isJobStopped, CancellationToken worker)
    {
        if (worker.IsCancellationRequested)
            return new(lease.JobId, lease.Attempt, "worker_stopped", "The worker was stopped. The picture starts again by itself.", Retry: true);
        if (isJobStopped)
            return null;
        var failure = Failure.From(error);
        var retry = error is not (GenerationException or ImageException or CommandException or OutOfMemoryException) || failure.Code == "model_output_not_finite";
        return new(lease.JobId, lease.Attempt, failure.Code, failure.Message, retry);
    }

    /// <summary>What jobs are made with.</summary>
    /// <param name="Classifier">Null where it was not built.</param>
    /// <param name="Sketcher">Uses the same models between jobs.</param>
    private sealed record Tools(ModelCache Models, PictureClassifier? Classifier, Sketcher Sketcher);
}
