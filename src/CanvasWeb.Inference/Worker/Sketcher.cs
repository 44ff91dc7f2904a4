using CanvasWeb.Contracts;
using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Inference.Safety;

namespace CanvasWeb.Inference.Worker;

/// <summary>
/// Small pictures in a few steps while somebody moves a slider. It borrows the worker's models while no job has them; a job that comes stops the sketch in
/// hand. What inversion finds in a picture is remembered, so that only the first place of the slider pays for it.
/// </summary>
/// <param name="stop">The worker ends.</param>
/// <param name="classifier">Null where it was not built. Used by whoever holds the models.</param>
internal sealed class Sketcher(ModelCache models, PictureClassifier? classifier, CancellationToken stop) : IAsyncDisposable
{
    /// <summary>Measured: with five steps (and two repeats of inversion) the changes are those of twenty; with four, colours come a little late.</summary>
    private const int UsualSteps = 5;

    /// <summary>As for pictures from the command line: models draw badly on strips.</summary>
    private const double LargestAspect = 2;

    private readonly SemaphoreSlim _gate = new(1);
    private volatile CancellationTokenSource? _inHand;

    /// <summary>Also for jobs: whoever holds the models may use it.</summary>
    public InversionCache Inversions { get; } = new(FramePainter.RememberedInversions);

    /// <summary>Takes the models for a job; the sketch in hand is stopped. Disposing the result gives them back.</summary>
    public async Task<IDisposable> PauseAsync(CancellationToken cancellationToken)
    {
        StopSketch();
        await _gate.WaitAsync(cancellationToken);
        return new Pause(_gate);
    }

    /// <summary>Never throws for what is wrong with the order: the answer says it.</summary>
    public async Task<SketchAnswer> SketchAsync(SketchOrder order)
    {
        if (!await _gate.WaitAsync(TimeSpan.Zero, CancellationToken.None))
            return new SketchAnswer(null, Busy: true);
        try
        {
            using var inHand = CancellationTokenSource.CreateLinkedTokenSource(stop);
            _inHand = inHand;
            return await OwnThread.RunAsync(() => Make(order, inHand.Token));
        }
        catch (OperationCanceledException)
        {
            return new SketchAnswer(null, Busy: true);
        }
        catch (Exception refusal) when (refusal is CommandException or GenerationException or ImageException or ModelFormatException or OnnxModelException)
        {
            return new SketchAnswer(null, Busy: false, refusal.Message);
        }
        finally
        {
            _inHand = null;
            _gate.Release();
        }
    }

    /// <summary>Waits for the sketch in hand, and takes none after it: the models may be freed then.</summary>
    public async ValueTask DisposeAsync()
    {
        StopSketch();
        await _gate.WaitAsync(CancellationToken.None);
    }

    private SketchAnswer Make(SketchOrder order, CancellationToken cancellationToken)
    {
        // 1. Check inputs.
        var task = order.Task switch
        {
            JobTask.TextDiff => GenerationTask.TextDiff,
            JobTask.Interpolation => GenerationTask.Interpolation,
            JobTask.Variation => GenerationTask.Variation,
            _ => throw new GenerationException("task_not_supported", "Only variations, interpolations and text diffs are sketched."),
        };
        var steps = order.Steps ?? UsualSteps;
        if (steps is < 1 or > InferenceProtocol.SketchMaxSteps)
            throw new GenerationException("steps_out_of_range", FormattableString.Invariant($"{steps} steps: a sketch takes from 1 to {InferenceProtocol.SketchMaxSteps}."));
        var limits = ImageLimits.Default with { MaxSide = InferenceProtocol.SketchMaxSide };
        var picture = ImageDecoder.Decode(order.Picture, limits);
        var other = order.Other is { } bytes ? ImageDecoder.Decode(bytes, limits) : null;

        // 2. Make it as a job would, but for the steps.
        var pipeline = models.Get(order.Model, cancellationToken).Pipeline;
        var (width, height) = InpaintPlanner.ModelSize((double)picture.Width / picture.Height, pipeline.Info, LargestAspect);
        var request = new GenerationRequest
        {
            Task = task,
            Prompt = order.Prompt,
            FromPrompt = order.FromPrompt,
            Image = picture,
            OtherImage = other,
            Theta = (float?)order.Theta,
            Eta = (float?)order.Eta,
            Seed = order.Seed,
            Steps = steps,
            Width = width,
            Height = height,
            Inversions = Inversions,
        };
        var image = pipeline.Generate(request, null, cancellationToken).Image;
        var preview = ImageEncoder.EncodePreview(image, InferenceProtocol.PreviewMaxSide, InferenceProtocol.PreviewMaxBytes).Bytes;
        if (!order.Score || classifier is null)
            return new SketchAnswer(preview, Busy: false);

        // 3. Scored as the pictures of a job are: what follows from it is for the site to say.
        var inputs = new Dictionary<string, PictureScores>(StringComparer.Ordinal) { [JobInputs.Picture] = classifier.Score(picture, cancellationToken) };
        if (other is not null)
            inputs[JobInputs.Other] = classifier.Score(other, cancellationToken);
        return new SketchAnswer(preview, Busy: false, Refusal: null, inputs, classifier.Score(image, cancellationToken));
    }

    private void StopSketch()
    {
        try
        {
            _inHand?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended this very moment.
        }
    }

    private sealed class Pause(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
