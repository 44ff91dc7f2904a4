using System.Diagnostics;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Benchmarks;

/// <summary>Measures the engine on this machine: what the pipeline costs over its models, how soon something shows, whether memory grows.</summary>
/// <param name="manifest">The model to measure with.</param>
/// <param name="options">How its graphs are loaded; on the CPU.</param>
internal sealed class EngineBenchmark(ModelManifest manifest, OnnxModelOptions options)
{
    /// <summary>The product's promise is for 15 steps: see the bars in the readme.</summary>
    private const int Steps = 15;

    private readonly GenerationRequest _request = new() { Prompt = "a small red cube on a large green cube", Seed = 7, Steps = Steps };

    /// <summary>
    /// Pipeline time over the bare <c>session.Run</c> loop with the same tensors, previews on in both. Pairs are interleaved and change
    /// their order (A B, B A, ...), so that a machine that gets slower or faster meanwhile does not favour either.
    /// </summary>
    public OverheadResult MeasureOverhead(int pairs, Action<string> say, CancellationToken cancellationToken)
    {
        // 1. Record one generation.
        using var bare = new RecordedCalls();
        using (var recorder = PipelineFactory.Load(manifest, options with { Trace = bare.Add }))
            recorder.Generate(_request, new PreviewObserver(), cancellationToken);
        bare.OpenSessions(options);

        // 2. Warm both up: first runs allocate arenas and compile methods.
        using var pipeline = PipelineFactory.Load(manifest, options);
        for (var i = 0; i < 2; i++)
        {
            pipeline.Generate(_request, new PreviewObserver(), cancellationToken);
            bare.Run();
        }

        // 3. Pairs.
        var (pipelineMs, bareMs) = (new List<double>(), new List<double>());
        for (var pair = 0; pair < pairs; pair++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (pair % 2 == 0)
                pipelineMs.Add(TimeMs(() => pipeline.Generate(_request, new PreviewObserver(), cancellationToken)));
            bareMs.Add(TimeMs(bare.Run));
            if (pair % 2 == 1)
                pipelineMs.Add(TimeMs(() => pipeline.Generate(_request, new PreviewObserver(), cancellationToken)));
            say(FormattableString.Invariant($"overhead: pair {pair + 1} of {pairs}: {pipelineMs[^1]:0.0} ms over {bareMs[^1]:0.0} ms"));
        }

        return new OverheadResult
        {
            Pairs = pairs,
            ModelCalls = bare.Count,
            PipelineMs = Samples.Median(pipelineMs),
            BareMs = Samples.Median(bareMs),
            Ratio = Samples.Median(pipelineMs.Zip(bareMs, (ours, theirs) => ours / theirs)),
        };
    }

    /// <summary>From a freshly loaded model: the first preview as a file, then the whole picture; and the same warm.</summary>
    public SpeedResult MeasureSpeed(int loads, Action<string> say, CancellationToken cancellationToken)
    {
        var (loadMs, previewMs, coldMs, warmMs) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var load = 0; load < loads; load++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IImagePipeline? loaded = null;
            loadMs.Add(TimeMs(() => loaded = PipelineFactory.Load(manifest, options)));
            using var pipeline = loaded!; // TimeMs ran the assignment.
            coldMs.Add(TimeMs(() =>
            {
                var observer = new PreviewObserver(preview => PictureFiles.EncodePreview(preview));
                pipeline.Generate(_request, observer, cancellationToken);
                if (observer.FirstPreviewAfter is { } after)
                    previewMs.Add(after.TotalMilliseconds);
            }));
            warmMs.Add(TimeMs(() => pipeline.Generate(_request, new PreviewObserver(preview => PictureFiles.EncodePreview(preview)), cancellationToken)));
            say(FormattableString.Invariant($"speed: load {load + 1} of {loads}: {Steps} steps in {coldMs[^1]:0} ms, warm {warmMs[^1]:0} ms"));
        }

        return new SpeedResult
        {
            Loads = loads,
            Steps = Steps,
            LoadMs = Samples.Median(loadMs),
            FirstPreviewMs = previewMs.Count == 0 ? null : Samples.Median(previewMs),
            FirstPictureMs = Samples.Median(coldMs),
            PictureMs = Samples.Median(warmMs),
        };
    }

    /// <summary>
    /// Resident memory over many pictures in one process. The median of the ten pictures after the warm-up against the median of the last
    /// ten: the garbage collector makes single readings swing.
    /// </summary>
    public MemoryResult MeasureMemory(int pictures, Action<string> say, CancellationToken cancellationToken)
    {
        const int window = 10;
        using var pipeline = PipelineFactory.Load(manifest, options);
        using var process = Process.GetCurrentProcess();
        var residentBytes = new List<double>();
        for (var picture = -window; picture < pictures; picture++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = pipeline.Generate(_request with { ImageIndex = picture + window }, new PreviewObserver(preview => PictureFiles.EncodePreview(preview)), cancellationToken);
            PictureFiles.Encode(result.Image, "picture.png", parameters: null);
            process.Refresh();
            if (picture >= 0)
                residentBytes.Add(process.WorkingSet64);
            if ((picture + 1) % window == 0)
                say(FormattableString.Invariant($"memory: picture {picture + 1} of {pictures}: {process.WorkingSet64 / 1e6:0.0} MB"));
        }

        var (first, last) = (Samples.Median(residentBytes.Take(window)), Samples.Median(residentBytes.TakeLast(window)));
        return new MemoryResult { Pictures = pictures, ResidentBytesAfterWarmUp = (long)first, ResidentBytesAtEnd = (long)last, Growth = (last / first) - 1 };
    }

    private static double TimeMs(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
