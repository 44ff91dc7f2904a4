using CanvasWeb.Diffusion.Schedulers;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>A request that fits the model, with every default filled in.</summary>
/// <param name="Request">The same, for the result.</param>
internal sealed record CheckedRequest(GenerationRequest Request, int Width, int Height, int Steps, float GuidanceScale, SchedulerKind Scheduler)
{
    /// <summary>Two passes a step.</summary>
    public bool IsGuided => GuidanceScale > 1f;

    /// <summary>The same without guidance: one pass, one side. Inversion assumes that the network says the same at both ends of a step, which guidance makes untrue first.</summary>
    public CheckedRequest WithoutGuidance() => WithGuidance(1f) with { Request = Request with { NegativePrompt = "" } };

    /// <summary>The same at another scale.</summary>
    public CheckedRequest WithGuidance(float scale) => this with { GuidanceScale = scale };

    /// <summary>What to encode: the negative prompt and the prompt, or the prompt alone where there is no side for the other.</summary>
    public string[] Texts(bool asPair) => asPair ? [Request.NegativePrompt, Request.Prompt] : [Request.Prompt];

    /// <summary>Fills in the model's defaults and refuses what does not fit; nothing is corrected silently.</summary>
    /// <exception cref="GenerationException">Names what to change.</exception>
    public static CheckedRequest Check(GenerationRequest request, PipelineInfo info, PipelineLimits limits)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!info.Tasks.Contains(request.Task))
            throw new GenerationException("task_not_supported", $"The model '{info.Name}' ({info.Family}) cannot do {Name(request.Task)}; it can do {string.Join(", ", info.Tasks.Order().Select(Name))}.");

        // The picture decides the size of what is made from it, unless the request says the size; then both must agree.
        var needsImage = request.Task is not GenerationTask.TextToImage;
        var picture = request.Task is GenerationTask.ImageToImage or GenerationTask.Inpaint ? request.Image : null;
        var width = request.Width ?? picture?.Width ?? info.NativeSize;
        var height = request.Height ?? picture?.Height ?? info.NativeSize;
        CheckSize(width, height, info, limits);
        if (needsImage && request.Image is null && !(request.Task == GenerationTask.Variation && request is { ImageEmbedding: not null, Eta: null }))
            throw new GenerationException("image_missing", $"There is no picture to start from: {Name(request.Task)} needs one.");
        CheckOperation(request, info, limits);
        if (picture is not null && (picture.Width != width || picture.Height != height))
            throw new GenerationException("image_size", FormattableString.Invariant($"The picture is {picture.Width} x {picture.Height} px, but {width} x {height} px were asked for: resize it first, or leave the size out."));
        if (request.Task == GenerationTask.Inpaint)
            CheckMask(request, width, height);

        var steps = request.Steps ?? info.DefaultSteps;
        if (steps < 1 || steps > limits.MaxSteps)
            throw new GenerationException("steps_out_of_range", FormattableString.Invariant($"{steps} steps: from 1 to {limits.MaxSteps} are possible."));
        var guidance = request.GuidanceScale ?? info.DefaultGuidanceScale;
        if (!(guidance >= 0f && guidance <= limits.MaxGuidanceScale))
            throw new GenerationException("guidance_out_of_range", FormattableString.Invariant($"A guidance scale of {guidance}: from 0 to {limits.MaxGuidanceScale} is possible; 1 and less mean none."));
        if (!(request.Strength > 0f && request.Strength <= 1f))
            throw new GenerationException("strength_out_of_range", FormattableString.Invariant($"A strength of {request.Strength}: above 0 and up to 1 is possible."));
        if (request.Eta is { } eta && !(eta >= 0f && eta <= 1f))
            throw new GenerationException("eta_out_of_range", FormattableString.Invariant($"An eta of {eta}: from 0 to 1 is possible."));
        if (request.ImageIndex < 0)
            throw new GenerationException("image_index_out_of_range", "The index of a picture counts from 0.");
        foreach (var (side, text) in (ReadOnlySpan<(string, string)>)[(PromptTokens.Prompt, request.Prompt), (PromptTokens.NegativePrompt, request.NegativePrompt), (PromptTokens.FromPrompt, request.FromPrompt ?? "")])
        {
            if (text.Length > limits.MaxPromptCharacters)
                throw new GenerationException("prompt_too_long", FormattableString.Invariant($"The {side} has {text.Length} characters: at most {limits.MaxPromptCharacters} are read."));
        }

        CheckNegativePrompt(request, info, guidance);

        if (request.Upscale)
            throw new GenerationException("upscale_not_supported", $"The model '{info.Name}' has no upscaler.");
        if (request.ImageEmbedding is not null && !info.TakesImageEmbedding)
            throw new GenerationException("embedding_not_supported", $"The model '{info.Name}' takes no image embedding.");

        var scheduler = request.Scheduler ?? InvertibleSamplers.UsualFor(request, info.DefaultScheduler);
        var resolved = request with { Width = width, Height = height, Steps = steps, GuidanceScale = guidance, Scheduler = scheduler };
        return new CheckedRequest(resolved, width, height, steps, guidance, scheduler);
    }

    /// <summary>What <see cref="Check"/> has made sure of: the picture of a task that needs one, the part of a model that has the task.</summary>
    public static T Checked<T>(T? value)
        where T : class => value ?? throw new InvalidOperationException("The request was not checked.");

    /// <summary>A task in words that people use.</summary>
    private static string Name(GenerationTask task) => task switch
    {
        GenerationTask.TextToImage => "text-to-image",
        GenerationTask.ImageToImage => "image-to-image",
        GenerationTask.Inpaint => "inpainting",
        GenerationTask.Variation => "variations",
        GenerationTask.Interpolation => "interpolation",
        GenerationTask.TextDiff => "text diffs",
        GenerationTask.Upscale => "upscaling of a given picture",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>What only some tasks look at: whatever would be ignored is refused.</summary>
    private static void CheckOperation(GenerationRequest request, PipelineInfo info, PipelineLimits limits)
    {
        var turns = request.Task is GenerationTask.Interpolation or GenerationTask.TextDiff;
        if (request.Task == GenerationTask.Interpolation && request.OtherImage is null)
            throw new GenerationException("image_missing", "There is no second picture: an interpolation goes from one to another.");
        if (turns && !(request.Theta is >= 0f and <= 1f))
            throw new GenerationException("theta_out_of_range", request.Theta is { } theta ? FormattableString.Invariant($"A theta of {theta}: from 0 to 1 is possible.") : $"How far to go is missing: {Name(request.Task)} needs a theta from 0 to 1.");
        if (request.Task == GenerationTask.TextDiff && request.Prompt.Length == 0)
            throw new GenerationException("prompt_missing", "The prompt is empty: say what the picture is to show.");
        if (turns && (request.Eta is not null || request.ImageEmbedding is not null || request.InitialNoise is not null))
            throw new GenerationException("option_not_used", $"{char.ToUpperInvariant(Name(request.Task)[0])}{Name(request.Task)[1..]} find noise and embedding in the pictures: leave eta, initial noise and image embedding out.");
        if (request.PriorSamples < 1 || request.PriorSamples > limits.MaxPriorSamples)
            throw new GenerationException("prior_samples_out_of_range", FormattableString.Invariant($"{request.PriorSamples} samples of the prior: from 1 to {limits.MaxPriorSamples} are possible."));
        if (request.PriorSamples > 1 && (!info.HasPrior || turns || request.Task == GenerationTask.Variation || request.ImageEmbedding is not null))
            throw new GenerationException("prior_samples_not_used", info.HasPrior ? "Several samples of the prior are for pictures from words: leave them out where the embedding is a picture's own." : $"The model '{info.Name}' has no prior to draw several samples from: leave them out.");
    }

    /// <summary>A negative prompt that nothing would look at is refused: dropped silently it would look as if it had been obeyed.</summary>
    private static void CheckNegativePrompt(GenerationRequest request, PipelineInfo info, float guidance)
    {
        var reachesPrior = info.PriorTakesNegativePrompt && request.Task is not (GenerationTask.Variation or GenerationTask.Interpolation or GenerationTask.TextDiff) && request.ImageEmbedding is null;
        if (request.NegativePrompt.Length == 0 || reachesPrior || (info.TakesNegativePrompt && guidance > 1f))
            return;
        throw new GenerationException("negative_prompt_not_used", info.TakesNegativePrompt
            ? FormattableString.Invariant($"At a guidance scale of {guidance} the negative prompt would not be looked at: raise the scale above 1, or leave the negative prompt out.")
            : $"The model '{info.Name}' is distilled and takes no negative prompt: leave it out.");
    }

    private static void CheckSize(int width, int height, PipelineInfo info, PipelineLimits limits)
    {
        var longest = info.NativeSize * limits.MaxSideInNative;
        var largest = (long)info.NativeSize * info.NativeSize * limits.MaxAreaInNative;
        if (width < 1 || height < 1 || width > longest || height > longest || (long)width * height > largest)
            throw new GenerationException("size_out_of_range", FormattableString.Invariant($"{width} x {height} px: sides from {info.SizeMultiple} to {longest} px and at most {largest} pixels in all are possible with this model; its own size is {info.NativeSize} px."));
        if (width % info.SizeMultiple != 0 || height % info.SizeMultiple != 0)
            throw new GenerationException("size_not_divisible", FormattableString.Invariant($"{width} x {height} px: both sides must be multiples of {info.SizeMultiple}. Nearest: {Nearest(width, info.SizeMultiple, longest)} wide, {Nearest(height, info.SizeMultiple, longest)} high."));
    }

    private static string Nearest(int side, int multiple, int longest)
    {
        var below = side / multiple * multiple;
        var above = below == side ? side : below + multiple;
        if (below == above)
            return FormattableString.Invariant($"{side}");
        if (below == 0)
            return FormattableString.Invariant($"{above}");
        return above > longest ? FormattableString.Invariant($"{below}") : FormattableString.Invariant($"{below} or {above}");
    }

    private static void CheckMask(GenerationRequest request, int width, int height)
    {
        if (request.Mask is not { } mask)
            throw new GenerationException("mask_missing", "Inpaint needs a mask that says what to make anew.");
        if (mask.Width != width || mask.Height != height)
            throw new GenerationException("mask_size", FormattableString.Invariant($"The mask is {mask.Width} x {mask.Height} px, the picture {width} x {height} px: they must be equal."));
        foreach (var value in mask.Values)
        {
            if (!(value >= 0f && value <= 1f))
                throw new GenerationException("mask_range", FormattableString.Invariant($"The mask holds the value {value}: from 0 (keep) to 1 (make) is possible."));
        }
    }
}
