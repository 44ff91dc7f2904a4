using CanvasWeb.Diffusion.Pipelines;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// Chooses the crop and the size that the model works at. The crop holds what is painted with context around, lies in the picture where the
/// picture is large enough, and its shape is one that the model can be asked for: the model's own area, sizes in its steps.
/// </summary>
public static class InpaintPlanner
{
    /// <summary>Scales of the two directions may differ by this factor before the crop is padded with unknown pixels instead.</summary>
    private const double LargestStretch = 1.06;

    /// <summary>Plans one crop.</summary>
    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    /// <param name="painted">What is to be made anew, inside the picture and not empty.</param>
    /// <param name="model">Its native size and size step.</param>
    /// <param name="options">Context and limits.</param>
    /// <param name="modelSize">The size to work at when somebody asked for one; null chooses by the shape of the crop.</param>
    /// <exception cref="GenerationException">The size asked for is not one that the model can do.</exception>
    public static InpaintPlan Plan(int width, int height, PixelRect painted, PipelineInfo model, InpaintOptions options, (int Width, int Height)? modelSize = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (painted.IsEmpty || !new PixelRect(0, 0, width, height).Contains(painted))
            throw new ArgumentException($"{painted} is empty or not inside the {width} x {height} picture.", nameof(painted));

        // 1. What must be seen, and what would be good to see.
        var needWidth = Math.Min(width, Grow(painted.Width, options));
        var needHeight = Math.Min(height, Grow(painted.Height, options));
        var least = model.NativeSize / options.LargestEnlargement;
        var wantWidth = Math.Min(width, Math.Max(needWidth, least));
        var wantHeight = Math.Min(height, Math.Max(needHeight, least));

        // 2. Not longer than the model may be asked for: first give back what is only good to see, then see more across.
        (wantWidth, wantHeight) = LimitAspect(wantWidth, wantHeight, needWidth, needHeight, options.LargestAspect);

        // 3. The model's size for that shape.
        var (modelWidth, modelHeight) = modelSize is { } asked ? Checked(asked, model) : ModelSize(wantWidth / wantHeight, model, options.LargestAspect);

        // 4. The crop gets exactly the model's shape: more picture where there is some, a slight stretch, then padding.
        var shape = (double)modelWidth / modelHeight;
        if (wantWidth < wantHeight * shape)
            wantWidth = Fit(wantWidth, wantHeight * shape, width);
        else
            wantHeight = Fit(wantHeight, wantWidth / shape, height);
        var cropWidth = (int)Math.Ceiling(wantWidth - 1e-9);
        var cropHeight = (int)Math.Ceiling(wantHeight - 1e-9);
        var crop = new PixelRect(Place(painted.X, painted.Width, cropWidth, width), Place(painted.Y, painted.Height, cropHeight, height), cropWidth, cropHeight);
        return new InpaintPlan(painted, crop, modelWidth, modelHeight);
    }

    /// <summary>The size nearest to a shape within the model's native area: both sides in its steps, never more pixels than the native square.</summary>
    /// <param name="shape">Width over height.</param>
    public static (int Width, int Height) ModelSize(double shape, PipelineInfo model, double largestAspect)
    {
        ArgumentNullException.ThrowIfNull(model);
        var step = model.SizeMultiple;
        var area = (long)model.NativeSize * model.NativeSize;
        var best = (Width: step, Height: step);
        var bestCost = double.PositiveInfinity;
        for (var width = step; width <= area / step; width += step)
        {
            for (var height = step; (long)width * height <= area; height += step)
            {
                if (Math.Max((double)width / height, (double)height / width) > Math.Max(1, largestAspect) + 1e-9)
                    continue;
                // A wrong shape costs as much as twice the same factor in area: a little less resolution is not seen, a stretched face is.
                var cost = Math.Abs(Math.Log(width / (height * shape))) + (0.5 * Math.Log((double)area / ((long)width * height)));
                if (cost < bestCost)
                    (best, bestCost) = ((width, height), cost);
            }
        }

        return best;
    }

    private static (int Width, int Height) Checked((int Width, int Height) asked, PipelineInfo model)
    {
        if (asked.Width < model.SizeMultiple || asked.Height < model.SizeMultiple || asked.Width % model.SizeMultiple != 0 || asked.Height % model.SizeMultiple != 0)
            throw new GenerationException("size_not_divisible", $"{asked.Width} x {asked.Height}: width and height must be multiples of {model.SizeMultiple} pixels.");
        return asked;
    }

    private static double Grow(int painted, InpaintOptions options) => Math.Max(painted * options.ContextFactor, painted + (2.0 * options.LeastContextPx));

    private static (double Width, double Height) LimitAspect(double width, double height, double needWidth, double needHeight, double aspect)
    {
        if (width > height * aspect)
            width = Math.Max(needWidth, height * aspect);
        if (height > width * aspect)
            height = Math.Max(needHeight, width * aspect);
        return (Math.Max(width, height / aspect), Math.Max(height, width / aspect));
    }

    /// <summary>As near to <paramref name="wanted"/> as the picture allows; padding past the picture only when the stretch would be seen.</summary>
    private static double Fit(double now, double wanted, int available)
    {
        var inside = Math.Max(now, Math.Min(wanted, available));
        return wanted / inside <= LargestStretch ? inside : wanted;
    }

    private static int Place(int start, int length, int crop, int available)
    {
        if (crop >= available)
            return (available - crop) / 2;
        return Math.Clamp(start + ((length - crop) / 2), 0, available - crop);
    }
}
