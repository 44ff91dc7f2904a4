using CanvasWeb.Contracts;
using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Commands;
using PixelRect = CanvasWeb.Diffusion.Inpainting.PixelRect;

namespace CanvasWeb.Inference.Worker;

/// <summary>Makes one picture of a job: the tile that goes onto the board, and where it lies in the crop.</summary>
/// <param name="inputs">The job's inputs, decoded.</param>
/// <param name="inversions">Remembers what was found in the inputs, for the pictures to come.</param>
internal sealed class FramePainter(JobLease lease, IReadOnlyDictionary<string, PixelImage> inputs, InversionCache inversions)
{
    /// <summary>What a worker keeps of inverted pictures: both of an interpolation and some more. One of 512 x 512 pixels takes a few hundred kilobytes at most.</summary>
    public const int RememberedInversions = 8;

    /// <summary>As in the outpainter: the feather must have arrived before the overlap ends, or what is missing would be a step.</summary>
    private const float FeatherInOverlap = 0.75f;

    /// <summary>Pixels a side of what classifier and encoder look at of an enlarged picture: both make it smaller still.</summary>
    private const int SeenSide = 512;

    /// <summary>The frame planner's feather at the default softness, for a 512-unit frame, and what inpainting's own default is there.</summary>
    private const float UsualFeather = 32f;

    /// <summary>Paints a picture.</summary>
    /// <param name="image">Which of the job's pictures, from 0.</param>
    /// <exception cref="GenerationException">The job does not fit the model; the message says what to change.</exception>
    /// <exception cref="OperationCanceledException">Cancelled within a step.</exception>
    public PaintedPicture Paint(IImagePipeline pipeline, int image, IGenerationObserver observer, CancellationToken cancellationToken)
    {
        var request = new GenerationRequest
        {
            Prompt = lease.Prompt,
            NegativePrompt = lease.NegativePrompt,
            Seed = lease.Seed,
            ImageIndex = lease.FirstImage + image,
            Steps = lease.Steps,
            GuidanceScale = (float?)lease.Guidance,
            Scheduler = lease.Scheduler is { } name ? Scheduler(name) : null,
            Width = lease.ModelWidth,
            Height = lease.ModelHeight,
            Inversions = inversions,
        };
        var ofWords = request with { PriorSamples = lease.PriorSamples ?? 1 };
        return lease.Task switch
        {
            JobTask.TextToImage => Whole(pipeline, ofWords, observer, cancellationToken),
            JobTask.Inpaint => Part(pipeline, ofWords with { Strength = (float)(lease.Strength ?? 1) }, observer, cancellationToken),
            JobTask.Variation => Whole(pipeline, request with { Task = GenerationTask.Variation, Image = Input(JobInputs.Picture), Eta = (float?)lease.Eta }, observer, cancellationToken),
            JobTask.Interpolation => Whole(pipeline, request with { Task = GenerationTask.Interpolation, Image = Input(JobInputs.Picture), OtherImage = Input(JobInputs.Other), Theta = Theta(image) }, observer, cancellationToken),
            JobTask.TextDiff => Whole(pipeline, request with { Task = GenerationTask.TextDiff, Image = Input(JobInputs.Picture), FromPrompt = lease.FromPrompt, Theta = Theta(image) }, observer, cancellationToken),
            JobTask.Upscale => Enlarged(pipeline, observer, cancellationToken),
        };
    }

    private PaintedPicture Whole(IImagePipeline pipeline, GenerationRequest request, IGenerationObserver observer, CancellationToken cancellationToken)
    {
        // 1. At the model's size, through its own upscaler where the place on the board is larger.
        var area = lease.Placement;
        var upscale = pipeline.Info.UpscaleFactor > 1 && (area.Width > lease.ModelWidth || area.Height > lease.ModelHeight);
        var generation = pipeline.Generate(request with { Upscale = upscale }, observer, cancellationToken);

        // 2. To the crop's pixels, and the part of it that is placed.
        var crop = ImageResizer.Resize(generation.Image, lease.CropWidth, lease.CropHeight, ResizeKernel.Lanczos3);
        return new(Cut(crop, area), area, crop);
    }

    /// <summary>All the pixels that the model makes of the picture: they are what was asked for, and the place on the board is as large as before.</summary>
    private PaintedPicture Enlarged(IImagePipeline pipeline, IGenerationObserver observer, CancellationToken cancellationToken)
    {
        var request = new GenerationRequest { Task = GenerationTask.Upscale, Prompt = "", Image = Input(JobInputs.Picture) };
        var large = pipeline.Generate(request, observer, cancellationToken).Image;

        // Not in the size of the crop: that is how far somebody has stretched the picture on the board.
        var scale = Math.Min(1, (double)SeenSide / Math.Max(large.Width, large.Height));
        var seen = ImageResizer.Resize(large, Math.Max(1, (int)(large.Width * scale)), Math.Max(1, (int)(large.Height * scale)), ResizeKernel.Area);
        return new(large, lease.Placement, seen);
    }

    private PaintedPicture Part(IImagePipeline pipeline, GenerationRequest request, IGenerationObserver observer, CancellationToken cancellationToken)
    {
        var crop = Input(JobInputs.Crop);
        var painted = Mask.FromImage(Input(JobInputs.New), MaskSource.WhiteIsEdit);
        if (crop.Width != lease.CropWidth || crop.Height != lease.CropHeight || painted.Width != crop.Width || painted.Height != crop.Height)
            throw new InvalidOperationException("The inputs of this job are not of the size that it says.");

        // 1. Where pictures end inside the frame, what is made reaches over their edge, so that the seam does not lie on it. The board
        //    keeps the picture below: the result is a tile above it. A painted mask is exact: nothing outside it changes.
        var bare = Bare(crop);
        var overlap = bare.IsEmpty ? 0 : (int)Math.Round(lease.Feather);
        var mask = overlap == 0 ? painted : Union(painted, Within(bare.Dilate(overlap)));
        var extends = overlap > 0;

        // 2. The usual options of in- and outpainting, softened by the frame's own measure.
        var options = extends ? new OutpaintOptions().Inpaint with { FeatherPx = FeatherInOverlap * overlap } : new InpaintOptions();
        if (!extends)
            options = options with { FeatherPx = options.FeatherPx * (float)lease.Feather / UsualFeather };

        // 3. The crop was chosen with the frame; the model sees all of it.
        var plan = new InpaintPlan(mask.Bounds(), new PixelRect(0, 0, crop.Width, crop.Height), lease.ModelWidth, lease.ModelHeight);
        var result = new Inpainter(pipeline, options).Inpaint(crop, mask, plan, request, observer, cancellationToken);
        return new(result.Tile, new PixelArea(result.TileRect.X, result.TileRect.Y, result.TileRect.Width, result.TileRect.Height), result.Image);
    }

    /// <summary>1 where the frame lies on nothing.</summary>
    private Mask Bare(PixelImage crop)
    {
        var values = new float[crop.Width * crop.Height];
        for (var i = 0; i < values.Length; i++)
            values[i] = crop.Rgba[(i * 4) + 3] == 0 ? 1 : 0;
        return Within(new Mask(crop.Width, crop.Height, values));
    }

    /// <summary>Nothing outside the frame is written: people accept a result for the place that they chose.</summary>
    private Mask Within(Mask mask)
    {
        var frame = new PixelRect(lease.Frame.X, lease.Frame.Y, lease.Frame.Width, lease.Frame.Height);
        var values = new float[mask.Values.Length];
        var inside = frame.Intersect(new PixelRect(0, 0, mask.Width, mask.Height));
        for (var y = inside.Y; y < inside.Bottom; y++)
            mask.Values.AsSpan((y * mask.Width) + inside.X, inside.Width).CopyTo(values.AsSpan((y * mask.Width) + inside.X));
        return new Mask(mask.Width, mask.Height, values);
    }

    private static Mask Union(Mask a, Mask b)
    {
        var values = new float[a.Values.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Max(a.Values[i], b.Values[i]);
        return new Mask(a.Width, a.Height, values);
    }

    private static PixelImage Cut(PixelImage image, PixelArea area)
    {
        if (area.X == 0 && area.Y == 0 && area.Width == image.Width && area.Height == image.Height)
            return image;
        var part = new PixelImage(area.Width, area.Height);
        for (var y = 0; y < area.Height; y++)
            image.Rgba.AsSpan(image.Offset(area.X, area.Y + y), area.Width * 4).CopyTo(part.Rgba.AsSpan(part.Offset(0, y)));
        return part;
    }

    private static Diffusion.Schedulers.SchedulerKind Scheduler(string name) => SchedulerNames.TryParse(name, out var kind)
        ? kind
        : throw new GenerationException("scheduler_not_supported", $"There is no sampler \"{name}\"; there are {string.Join(", ", SchedulerNames.All)}.");

    private float Theta(int image) => lease.Thetas is { } thetas && image < thetas.Count ? (float)thetas[image] : throw new InvalidOperationException("This job does not say how far to go.");

    private PixelImage Input(string name) => inputs.TryGetValue(name, out var picture) ? picture : throw new InvalidOperationException($"This job brought no input \"{name}\".");
}
