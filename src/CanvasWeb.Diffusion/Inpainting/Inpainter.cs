using System.Numerics;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// Makes the painted part of a picture anew: crop with context, fill the hole, resize to the model's own area, generate with a graded
/// mask, match colours on what is known, resize back, composite through a softer mask onto the untouched original.
/// </summary>
/// <param name="pipeline">Not owned. One generation at a time, as the pipeline says.</param>
/// <param name="options">Null takes the defaults.</param>
public sealed class Inpainter(IImagePipeline pipeline, InpaintOptions? options = null)
{
    private readonly InpaintOptions _options = Validated(options ?? new InpaintOptions());

    /// <summary>What the model would see: for drawing the context around a selection before anything is paid for.</summary>
    /// <exception cref="GenerationException">The request does not fit picture, mask or model; see the exceptions of inpainting.</exception>
    public InpaintPlan Plan(PixelImage original, Mask mask, GenerationRequest settings)
    {
        Check(original, mask, settings);
        (int, int)? size = settings is { Width: { } width, Height: { } height } ? (width, height) : null;
        return InpaintPlanner.Plan(original.Width, original.Height, mask.Bounds(), pipeline.Info, _options, size);
    }

    /// <summary>Makes the painted pixels anew.</summary>
    /// <param name="original">Not changed. Fully transparent pixels count as unknown: the model does not see them, painted ones are always filled.</param>
    /// <param name="mask">Of the original's size; 1 = make anew, graded values give the strength.</param>
    /// <param name="settings">Prompt, seed, steps and so on. Width and height, when both are given, are the size that the model works at.
    /// Task, picture and mask are set here and must be left alone.</param>
    /// <param name="observer">Hears the steps; previews show the crop (<see cref="InpaintPlan.Crop"/>), not the picture.</param>
    /// <exception cref="GenerationException"><c>mask_size</c>, <c>mask_empty</c>, <c>picture_too_large</c>, <c>task_not_supported</c>,
    /// <c>size_not_divisible</c>, or what the pipeline says.</exception>
    public InpaintResult Inpaint(PixelImage original, Mask mask, GenerationRequest settings, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        var plan = Plan(original, mask, settings);
        return Inpaint(original, mask, plan, settings, observer, cancellationToken);
    }

    /// <summary>As above with a plan of the caller's own: the outpainter places its frames itself, a board cuts its crops itself.</summary>
    public InpaintResult Inpaint(PixelImage original, Mask mask, InpaintPlan plan, GenerationRequest settings, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Check(original, mask, settings);

        // 1. Crop with context, and fill what is not known in it.
        var crop = plan.Crop;
        var cropMask = mask.Crop(crop);
        var (filled, unknown) = FilledCrop(original, cropMask, plan);

        // 2. The model's own area. What is unknown in the picture must be made even where nobody painted: the model would else keep the fill.
        var truth = filled.Resize(plan.ModelWidth, plan.ModelHeight);
        var modelMask = MaximumOf(cropMask, unknown).ResizeByMaximum(plan.ModelWidth, plan.ModelHeight);
        var graded = GradedMask.Create(modelMask, _options.SlopePx);

        // 3. Generate.
        var generation = pipeline.Generate(
            settings with { Task = GenerationTask.Inpaint, Image = truth.ToImage(), Mask = graded, Width = plan.ModelWidth, Height = plan.ModelHeight }, observer, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var made = ColourField.FromImage(generation.Image);
        if (made.Width != plan.ModelWidth || made.Height != plan.ModelHeight)
            throw new InvalidOperationException($"The pipeline was asked for {plan.ModelWidth} x {plan.ModelHeight} and gave {made.Width} x {made.Height}.");

        // 4. Match colours where original and generated picture show the same, then across the border.
        if (_options.ColourMatch is { } match)
        {
            made = ColourMatch.Apply(made, truth, graded, match);
            if (match.FlatLevels > 0)
                made = FlatMatch.Apply(made, truth, modelMask, match.FlatLevels, match.SmoothingPx);
            var reach = Math.Min(match.RimReachPx, match.RimReachPart * InnerRadius(modelMask));
            if (reach > 0)
                made = RimMatch.Apply(made, truth, modelMask, Math.Max(1, reach), match.LargestRimOffset);
        }

        // 5. Back to the picture's pixels, and through the soft mask.
        var rect = plan.MaskBounds.Intersect(crop);
        var tile = Tile(original, mask, made.Resize(crop.Width, crop.Height), crop, rect);
        return new InpaintResult(Compositor.Over(original, tile, rect.X, rect.Y), tile, rect, plan, generation);
    }

    private static InpaintOptions Validated(InpaintOptions options)
    {
        options.Validate();
        return options;
    }

    private void Check(PixelImage original, Mask mask, GenerationRequest settings)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Image is not null || settings.Mask is not null)
            throw new ArgumentException("Picture and mask are given beside the settings, not in them.", nameof(settings));
        if (settings.Width is null != settings.Height is null)
            throw new ArgumentException("Give both width and height, or neither.", nameof(settings));
        if (!pipeline.Info.Tasks.Contains(GenerationTask.Inpaint))
            throw new GenerationException("task_not_supported", $"The model {pipeline.Info.Name} cannot inpaint.");
        if (mask.Width != original.Width || mask.Height != original.Height)
            throw new GenerationException("mask_size", $"The mask is {mask.Width} x {mask.Height}, the picture {original.Width} x {original.Height}: they must be of the same size.");
        if ((long)original.Width * original.Height > _options.MostPixels)
            throw new GenerationException("picture_too_large", $"{original.Width} x {original.Height} are more than {_options.MostPixels} pixels. Make the picture smaller or cut out the part to edit.");
        if (mask.IsEmpty)
            throw new GenerationException("mask_empty", "The mask selects nothing: paint the part to make anew.");
    }

    /// <summary>
    /// The crop with its hole filled, and where the picture itself knows nothing (transparent or outside). A crop twice as large as the model's
    /// size or more is first reduced by a whole factor, counting known pixels only: the model will not see more, and the fill stays quick.
    /// </summary>
    private static (ColourField Filled, Mask Unknown) FilledCrop(PixelImage original, Mask cropMask, InpaintPlan plan)
    {
        var crop = plan.Crop;
        var factor = Math.Max(1, Math.Min(crop.Width / plan.ModelWidth, crop.Height / plan.ModelHeight));
        var width = (crop.Width + factor - 1) / factor;
        var height = (crop.Height + factor - 1) / factor;
        var pixels = new Vector4[checked(width * height)];
        var weights = new float[pixels.Length];
        var unknown = new float[checked(crop.Width * crop.Height)];
        Array.Fill(unknown, 1);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var i = (y * width) + x;
                var fixedCount = 0;
                Vector4 fixedSum = default, softSum = default;
                var softWeight = 0f;
                for (var cy = y * factor; cy < Math.Min(crop.Height, (y + 1) * factor); cy++)
                {
                    for (var cx = x * factor; cx < Math.Min(crop.Width, (x + 1) * factor); cx++)
                    {
                        var (px, py) = (crop.X + cx, crop.Y + cy);
                        if (px < 0 || py < 0 || px >= original.Width || py >= original.Height || original.Rgba[original.Offset(px, py) + 3] == 0)
                            continue;
                        var c = (cy * crop.Width) + cx;
                        unknown[c] = 0;
                        var weight = HoleFill.Weight(cropMask.Values[c]);
                        var colour = ColourField.Colour(original.Rgba, (py * original.Width) + px);
                        if (float.IsInfinity(weight))
                        {
                            fixedCount++;
                            fixedSum += colour;
                        }
                        else
                        {
                            softWeight += weight;
                            softSum += weight * colour;
                        }
                    }
                }

                pixels[i] = fixedCount > 0 ? fixedSum / fixedCount : softWeight > 0 ? softSum / softWeight : default;
                weights[i] = fixedCount > 0 ? MembraneSolver.Fixed : softWeight;
            }
        }

        return (HoleFill.Fill(new ColourField(width, height, pixels), weights), new Mask(crop.Width, crop.Height, unknown));
    }

    /// <summary>Largest distance of a painted pixel from a known one; infinite when none is known.</summary>
    private static float InnerRadius(Mask mask) => DistanceField.Compute(mask.Width, mask.Height, i => mask.Values[i] <= 0).Max();

    private static Mask MaximumOf(Mask a, Mask b)
    {
        var values = new float[a.Values.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Max(a.Values[i], b.Values[i]);
        return new Mask(a.Width, a.Height, values);
    }

    /// <summary>New pixels of the painted rectangle with the composite mask as alpha.</summary>
    private PixelImage Tile(PixelImage original, Mask mask, ColourField made, PixelRect crop, PixelRect rect)
    {
        // The ramp looks this far for kept pixels; beyond, it is 1 anyway.
        var around = rect.Inflate((int)_options.FeatherPx + 2).Intersect(new PixelRect(0, 0, original.Width, original.Height));
        var under = Cut(original, around);
        var painted = mask.Crop(around);
        var alpha = CompositeMask.Create(under, painted, _options.FeatherPx);
        var colours = Colours(under, painted, made, crop, around);
        var tile = new PixelImage(rect.Width, rect.Height);
        for (var y = 0; y < rect.Height; y++)
        {
            for (var x = 0; x < rect.Width; x++)
            {
                var from = ((y + rect.Y - around.Y) * around.Width) + x + rect.X - around.X;
                var a = ColourField.ToByte(255 * alpha.Values[from]);
                if (a == 0)
                    continue;
                var i = (y * rect.Width) + x;
                ColourField.WriteColour(tile.Rgba, i, colours[from]);
                tile.Rgba[(i * 4) + 3] = a;
            }
        }

        return tile;
    }

    /// <summary>What was made, over a part of the picture, with the rim led over at the picture's own pixels.</summary>
    private Vector4[] Colours(PixelImage under, Mask painted, ColourField made, PixelRect crop, PixelRect around)
    {
        var colours = new Vector4[painted.Values.Length];
        var seen = crop.Intersect(around);
        for (var y = seen.Y; y < seen.Bottom; y++)
            made.Pixels.AsSpan(((y - crop.Y) * made.Width) + seen.X - crop.X, seen.Width).CopyTo(colours.AsSpan(((y - around.Y) * around.Width) + seen.X - around.X));
        if (_options.ColourMatch is { FineRimReachPx: > 0 } match)
        {
            var kept = new bool[colours.Length];
            var isPainted = new bool[colours.Length];
            for (var i = 0; i < kept.Length; i++)
            {
                isPainted[i] = painted.Values[i] > 0;
                kept[i] = !isPainted[i] && under.Rgba[(i * 4) + 3] != 0;
            }

            FineRim.Apply(around.Width, around.Height, colours, kept, isPainted, ColourField.FromImage(under).Pixels, match.FineRimReachPx, match.LargestFineRimOffset);
        }

        return colours;
    }

    private static PixelImage Cut(PixelImage image, PixelRect rect)
    {
        var part = new PixelImage(rect.Width, rect.Height);
        for (var y = 0; y < rect.Height; y++)
            image.Rgba.AsSpan(image.Offset(rect.X, rect.Y + y), rect.Width * 4).CopyTo(part.Rgba.AsSpan(part.Offset(0, y)));
        return part;
    }
}
