using System.Collections.Frozen;
using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Imaging;

namespace CanvasWeb.Testing;

/// <summary>
/// FakeInference: a pipeline without a model, for tests of everything around one. Its pictures are noise that depends on the whole request, so
/// that a lost setting shows as another picture; it keeps the contract (checks, steps, previews, cancellation) and takes no time.
/// </summary>
public sealed class FakePipeline : IImagePipeline
{
    private const int PreviewSide = 16;

    /// <summary>What a request is checked against and completed from. Small: tests encode every picture.</summary>
    public PipelineInfo Info { get; init; } = new()
    {
        Name = "fake",
        Family = "fake",
        Tasks = Enum.GetValues<GenerationTask>().ToFrozenSet(),
        NativeSize = 64,
        SizeMultiple = 32,
        DefaultSteps = 5,
        DefaultGuidanceScale = 4,
        DefaultScheduler = SchedulerKind.Ddim,
        MaxPromptTokens = 32,
    };

    /// <summary>Runs on the generating thread after every step, before cancellation is looked at: a test stops a run at an exact step here.</summary>
    public Action<int>? AfterStep { get; init; }

    /// <summary>Requests as they came, in order.</summary>
    public List<GenerationRequest> Requests { get; } = [];

    public bool IsDisposed { get; private set; }

    public GenerationResult Generate(GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        Requests.Add(request);

        // 1. Check and complete.
        if (!Info.Tasks.Contains(request.Task))
            throw new GenerationException("task_not_supported", $"{Info.Name} cannot do {request.Task}.");
        var resolved = request with
        {
            Steps = request.Steps ?? Info.DefaultSteps,
            GuidanceScale = request.GuidanceScale ?? Info.DefaultGuidanceScale,
            Scheduler = request.Scheduler ?? Info.DefaultScheduler,
            Width = request.Width ?? Info.NativeSize,
            Height = request.Height ?? Info.NativeSize,
        };
        var (width, height, steps) = (resolved.Width.Value, resolved.Height.Value, resolved.Steps.Value);
        if (width % Info.SizeMultiple != 0 || height % Info.SizeMultiple != 0)
            throw new GenerationException("size_not_divisible", $"{width} x {height} is no multiple of {Info.SizeMultiple}.");

        if (request.Upscale && Info.UpscaleFactor == 1)
            throw new GenerationException("upscale_not_supported", $"{Info.Name} has no upscaler.");

        // 2. "Denoise".
        for (var step = 1; step <= steps; step++)
        {
            AfterStep?.Invoke(step);
            cancellationToken.ThrowIfCancellationRequested();
            observer?.StepDone(step, steps, TimeSpan.FromMilliseconds(1));
            if (observer?.WantsPreview(step, steps) == true)
                observer.PreviewReady(step, steps, Noise(resolved, PreviewSide, PreviewSide));
        }

        // 3. "Decode".
        var factor = request.Upscale ? Info.UpscaleFactor : 1;
        var image = Noise(resolved, width * factor, height * factor);
        return new GenerationResult(image, resolved, [new StageTiming("denoise", TimeSpan.FromMilliseconds(steps)), new StageTiming("decode", TimeSpan.FromMilliseconds(1))]);
    }

    public void Dispose() => IsDisposed = true;

    private static PixelImage Noise(GenerationRequest request, int width, int height)
    {
        var image = new PixelImage(width, height);
        var values = new float[image.Rgba.Length];
        new SeededNoise(request.Seed, request.ImageIndex).Fill(values, Key(request));
        for (var i = 0; i < values.Length; i++)
            image.Rgba[i] = i % 4 == 3 ? byte.MaxValue : (byte)Math.Clamp(128 + (40 * values[i]), 0, 255);
        return image;
    }

    /// <summary>Everything but seed, index and size, which enter elsewhere.</summary>
    private static string Key(GenerationRequest request) => FormattableString.Invariant(
        $"{request.Task}|{request.Prompt}|{request.NegativePrompt}|{request.Steps}|{request.GuidanceScale}|{request.Scheduler}|{request.Strength}|{request.Eta}")
        + (request is { Theta: null, FromPrompt: null, PriorSamples: 1 } ? "" : FormattableString.Invariant($"|{request.Theta}|{request.FromPrompt}|{request.PriorSamples}"));
}
