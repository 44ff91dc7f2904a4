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

    /// <summary>Readings at each end that the growth of memory is taken over.</summary>
    private const int MemoryWindow = 10;

    /// <summary>With fewer the two windows overlap, and growth would be small whatever happens.</summary>
    public const int LeastPicturesToCompare = 2 * MemoryWindow;

    private readonly GenerationRequest _request = new() { Prompt = "a small red cube on a large green cube", Seed = 7, Steps = Steps };

    /// <summary>
    /// Pipeline time over the bare <c>session.Run</c> loop with the same tensors, previews on in both. Pairs are interleaved and change
    /// their order (A B, B A, ...), so that a machine that gets slower or faster meanwhile does not favour either.
    /// </summary>
    public OverheadResult MeasureOverhead(int pairs, Action<string> say, CancellationToken cancellationToken)
    {
        // 1. Record one generation.
        using var bare = new RecordedCalls();
        using (var recorder = PipelineFactory.Load(manifest, options with { Trace = bare.Add }, null, cancellationToken))
            recorder.Generate(_request, new PreviewObserver(), cancellationToken);
        bare.OpenSessions(options);

        // 2. Warm both up: first runs allocate arenas and compile methods.
        using var pipeline = PipelineFactory.Load(manifest, options, null, cancellationToken);
        for (var i = 0; i < 2; i++)
        {
            pipeline.Generate(_request, new PreviewObserver(), cancellationToken);
            bare.Run();
        }

        // 3. Pairs.
        var (ours, theirs) = (new List<Cost>(), new List<Cost>());
        for (var pair = 0; pair < pairs; pair++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (pair % 2 == 0)
                ours.Add(Measure(() => pipeline.Generate(_request, new PreviewObserver(), cancellationToken)));
            theirs.Add(Measure(bare.Run));
            if (pair % 2 == 1)
                ours.Add(Measure(() => pipeline.Generate(_request, new PreviewObserver(), cancellationToken)));
            say(FormattableString.Invariant($"overhead: pair {pair + 1} of {pairs}: {ours[^1].WallMs:0.0} ms over {theirs[^1].WallMs:0.0} ms, processor {ours[^1].CpuMs:0.0} over {theirs[^1].CpuMs:0.0}"));
        }

        return new OverheadResult
        {
            Pairs = pairs,
            ModelCalls = bare.Count,
            PipelineMs = Samples.Median(ours.Select(cost => cost.WallMs)),
            BareMs = Samples.Median(theirs.Select(cost => cost.WallMs)),
            Ratio = Samples.Median(ours.Zip(theirs, (a, b) => a.WallMs / b.WallMs)),
            CpuRatio = Samples.Median(ours.Zip(theirs, (a, b) => a.CpuMs / b.CpuMs)),
        };
    }

    /// <summary>
    /// From a freshly loaded model: the first preview as a file, then the whole picture; and the same warm. Processor time stands beside the
    /// wall time: nothing here waits for anything, so it is what a quiet machine cannot exceed, even with one core.
    /// </summary>
    public SpeedResult MeasureSpeed(int loads, Action<string> say, CancellationToken cancellationToken)
    {
        var (loadMs, previewMs, previewCpuMs) = (new List<double>(), new List<double>(), new List<double>());
        var (coldMs, warmMs, warmCpuMs) = (new List<double>(), new List<double>(), new List<double>());
        for (var load = 0; load < loads; load++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IImagePipeline? loaded = null;
            loadMs.Add(Measure(() => loaded = PipelineFactory.Load(manifest, options, null, cancellationToken)).WallMs);
            using var pipeline = loaded!; // Measure ran the assignment.
            coldMs.Add(Measure(() =>
            {
                var observer = new PreviewObserver(preview => PictureFiles.EncodePreview(preview));
                pipeline.Generate(_request, observer, cancellationToken);
                if (observer.FirstPreviewAfter is not { } after)
                    return;
                previewMs.Add(after.TotalMilliseconds);
                previewCpuMs.Add(observer.FirstPreviewCpuTime.TotalMilliseconds);
            }).WallMs);
            var warm = Measure(() => pipeline.Generate(_request, new PreviewObserver(preview => PictureFiles.EncodePreview(preview)), cancellationToken));
            warmMs.Add(warm.WallMs);
            warmCpuMs.Add(warm.CpuMs);
            say(FormattableString.Invariant($"speed: load {load + 1} of {loads}: {Steps} steps in {coldMs[^1]:0} ms, warm {warmMs[^1]:0} ms"));
        }

        return new SpeedResult
        {
            Loads = loads,
            Steps = Steps,
            LoadMs = Samples.Median(loadMs),
            FirstPreviewMs = previewMs.Count == 0 ? null : Samples.Median(previewMs),
            FirstPreviewCpuMs = previewCpuMs.Count == 0 ? null : Samples.Median(previewCpuMs),
            FirstPictureMs = Samples.Median(coldMs),
            PictureMs = Samples.Median(warmMs),
            PictureCpuMs = Samples.Median(warmCpuMs),
        };
    }

    /// <summary>
    /// Resident memory over many pictures in one process. The median of the ten pictures after the warm-up against the median of the last
    /// ten: the garbage collector makes single readings swing.
    /// </summary>
    public MemoryResult MeasureMemory(int pictures, Action<string> say, CancellationToken cancellationToken)
    {
        using var pipeline = PipelineFactory.Load(manifest, options, null, cancellationToken);
        using var process = Process.GetCurrentProcess();
        var residentBytes = new List<double>();
        for (var picture = -MemoryWindow; picture < pictures; picture++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = pipeline.Generate(_request with { ImageIndex = picture + MemoryWindow }, new PreviewObserver(preview => PictureFiles.EncodePreview(preview)), cancellationToken);
            PictureFiles.Encode(result.Image, "picture.png", parameters: null);
            process.Refresh();
            if (picture >= 0)
                residentBytes.Add(process.WorkingSet64);
            if ((picture + 1) % MemoryWindow == 0)
                say(FormattableString.Invariant($"memory: picture {picture + 1} of {pictures}: {process.WorkingSet64 / 1e6:0.0} MB"));
        }

        var (first, last) = (Samples.Median(residentBytes.Take(MemoryWindow)), Samples.Median(residentBytes.TakeLast(MemoryWindow)));
        return new MemoryResult { Pictures = pictures, ResidentBytesAfterWarmUp = (long)first, ResidentBytesAtEnd = (long)last, Growth = (last / first) - 1 };
    }

    private static Cost Measure(Action action)
    {
        var cpuAtStart = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        action();
        return new Cost(Stopwatch.GetElapsedTime(started).TotalMilliseconds, (Environment.CpuUsage.TotalTime - cpuAtStart).TotalMilliseconds);
    }

    /// <param name="CpuMs">Of the whole process, over all threads.</param>
    private readonly record struct Cost(double WallMs, double CpuMs);
}
