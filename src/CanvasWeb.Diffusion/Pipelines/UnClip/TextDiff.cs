using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Previews;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.UnClip;

/// <summary>
/// A picture changed as one caption changes into another: its embedding turns by the difference of theirs, and the noise that it, made small, comes from
/// stays (Ramesh et al. 2022, §3.3). The decoder hears no words, as in Karlo's own variations.
/// </summary>
internal static class TextDiff
{
    public static GenerationResult Generate(UnClipModel model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Check inputs
        // Copied from UnClip.TextToImage: Check inputs
        var asked = CheckedRequest.Check(request, model.Info, model.Limits);
        model.CheckSize(asked);
        var (small, large) = (model.Manifest.UnetSampleSize, model.Manifest.SuperResolutionSize);
        var scheduler = RequestScheduler.Create(model.DecoderScheduler, asked);
        var enlarging = SchedulerFactory.Create(model.SuperResolutionScheduler);
        enlarging.SetTimesteps(model.Manifest.SuperResolutionSteps);
        var (calls, enlargingCalls) = (scheduler.Timesteps.Count, enlarging.Timesteps.Count);
        var noise = new SeededNoise(request.Seed, request.ImageIndex);
        var clock = new StageClock();
        using var scope = new TensorScope();

        // 2. Encode the captions, and the empty text
        var captions = ClipText.Encode(model.TextEncoder, model.Tokenizer, model.Manifest, scope, request.FromPrompt ?? "", request.Prompt, cancellationToken);
        var text = ClipText.Encode(model.TextEncoder, model.Tokenizer, model.Manifest, scope, request.NegativePrompt, "", cancellationToken);
        clock.Done("text");

        // 3. Find the picture's embedding
        var given = CheckedRequest.Checked(request.Image);
        var embedding = scope.New(1, model.Manifest.EmbeddingSize);
        PictureEncoding.ToEmbedding(CheckedRequest.Checked(model.ImageEncoder), model.Manifest, given, embedding, cancellationToken);
        clock.Done("encode");

        // 4. Find the noise that it comes from
        var pixels = scope.New(1, model.Manifest.LatentChannels, small, small);
        OwnNoise.Find(model, asked, given, "", text, embedding, pixels, cancellationToken);
        StartOfLoop.FromNoise(scheduler, pixels, pixels);
        clock.Done("invert");

        // 5. Turn the embedding, and the guidance with it
        Turn.Embedding(embedding.Span, string.IsNullOrEmpty(request.FromPrompt) ? [] : captions.Pooled.Row(0), captions.Pooled.Row(1), request.Theta ?? 0f);
        asked = asked.WithGuidance(Turn.Guidance(asked.GuidanceScale, Turn.OfTextDiff(request.Theta ?? 0f)));

        // 6. Denoise the small picture
        // Copied from UnClip.TextToImage: Denoise the small picture
        var decoder = model.BindDecoder(scope, asked, pixels.Shape, text, embedding, cancellationToken);
        var reporter = new StepReporter(observer, scope.Own(new PixelPreview(small, small)), scope.New(pixels.Shape), calls + enlargingCalls);
        for (var call = 0; call < calls; call++)
        {
            reporter.StepBegins();
            var prediction = decoder.Predict(scheduler, call, pixels.Span, cancellationToken);
            scheduler.Step(call, prediction, pixels.Span, reporter.Estimate, noise);
            reporter.StepDone(call + 1, cancellationToken);
        }

        clock.Done("denoise");

        // 7. Enlarge it, to show it to super resolution
        // Copied from UnClip.TextToImage: Enlarge it, to show it to super resolution
        foreach (ref var value in pixels.Span)
            value = Math.Clamp(value, -1f, 1f);
        var enlarged = new float[3 * large * large];
        Resampler.Resample(pixels.Span, 3, small, small, (0, 0, small, small), enlarged, large, large);

        // 8. Denoise the large picture; the last step has a model of its own
        // Copied from UnClip.TextToImage: Denoise the large picture; the last step has a model of its own
        var picture = scope.New(1, 3, large, large);
        noise.Fill(picture.Span, "super_resolution");
        VectorMath.Scale(picture.Span, enlarging.InitialNoiseSigma, picture.Span);
        var first = UnClipModel.BindSuperResolution(model.SuperResolutionFirst, "super_res_first", scope, picture.Shape, enlarged);
        var last = UnClipModel.BindSuperResolution(model.SuperResolutionLast, "super_res_last", scope, picture.Shape, enlarged);
        var largeReporter = new StepReporter(observer, scope.Own(new PixelPreview(large, large)), scope.New(picture.Shape), calls + enlargingCalls);
        for (var call = 0; call < enlargingCalls; call++)
        {
            largeReporter.StepBegins();
            var prediction = (call == enlargingCalls - 1 ? last : first).Predict(enlarging, call, picture.Span, cancellationToken);
            enlarging.Step(call, prediction, picture.Span, largeReporter.Estimate, noise.Scope("super_resolution"));
            largeReporter.StepDone(calls + call + 1, cancellationToken);
        }

        clock.Done("super_resolution");

        // 9. Read the picture: there is nothing to decode
        // Copied from UnClip.TextToImage: Read the picture: there is nothing to decode
        FiniteCheck.Check(picture.Span, "super_res_last");
        var image = ImageTensors.Read(picture.Span, large, large);
        clock.Done("decode");
        return new GenerationResult(image, asked.Request, clock.Timings);
    }
}
