using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Previews;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.UnClip;

/// <summary>
/// Another picture of the same things: the decoder conditioned on the picture's own CLIP embedding (Ramesh et al. 2022, §3.1). The
/// prompt may be empty, as it always is in Karlo's own variations. With <see cref="GenerationRequest.Eta"/> and DDIM the small picture starts from the
/// noise that the given one comes from.
/// </summary>
internal static class Variation
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

        // 2. Encode the text
        var text = ClipText.Encode(model.TextEncoder, model.Tokenizer, model.Manifest, scope, request.NegativePrompt, request.Prompt, cancellationToken);
        clock.Done("text");

        // 3. Find the image embedding: given, or the picture's own
        var embedding = scope.New(1, model.Manifest.EmbeddingSize);
        if (request.ImageEmbedding is { } given)
            GivenEmbedding.CopyTo(given, embedding.Span);
        else
            PictureEncoding.ToEmbedding(CheckedRequest.Checked(model.ImageEncoder), model.Manifest, CheckedRequest.Checked(request.Image), embedding, cancellationToken);
        clock.Done("encode");

        // 4. Start the small picture from noise: the seed's, or the picture's own
        var start = scope.New(1, model.Manifest.LatentChannels, small, small);
        var pixels = scope.New(start.Shape);
        StartOfLoop.FillNoise(request, noise, start);
        if (StartOfLoop.IsFromOwnNoise(asked))
        {
            var own = scope.New(start.Shape);
            OwnNoise.Find(model, asked, CheckedRequest.Checked(request.Image), request.Prompt, text, embedding, own, cancellationToken);
            StartOfLoop.Vary(asked, own, start);
            clock.Done("invert");
        }

        StartOfLoop.FromNoise(scheduler, start, pixels);

        // 5. Denoise the small picture
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

        // 6. Enlarge it, to show it to super resolution
        // Copied from UnClip.TextToImage: Enlarge it, to show it to super resolution
        foreach (ref var value in pixels.Span)
            value = Math.Clamp(value, -1f, 1f);
        var enlarged = new float[3 * large * large];
        Resampler.Resample(pixels.Span, 3, small, small, (0, 0, small, small), enlarged, large, large);

        // 7. Denoise the large picture; the last step has a model of its own
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

        // 8. Read the picture: there is nothing to decode
        // Copied from UnClip.TextToImage: Read the picture: there is nothing to decode
        FiniteCheck.Check(picture.Span, "super_res_last");
        var image = ImageTensors.Read(picture.Span, large, large);
        clock.Done("decode");
        return new GenerationResult(image, asked.Request, clock.Timings);
    }
}
