using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Previews;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.UnClip;

/// <summary>A picture between two others: slerp of their embeddings, and of the noises that they, made small, come from (Ramesh et al. 2022, §3.2).</summary>
internal static class Interpolation
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

        // 2. Encode the text, which may be empty
        var text = ClipText.Encode(model.TextEncoder, model.Tokenizer, model.Manifest, scope, request.NegativePrompt, request.Prompt, cancellationToken);
        clock.Done("text");

        // 3. Find the embeddings of both pictures
        var (encoder, given, other) = (CheckedRequest.Checked(model.ImageEncoder), CheckedRequest.Checked(request.Image), CheckedRequest.Checked(request.OtherImage));
        var embedding = scope.New(1, model.Manifest.EmbeddingSize);
        var otherEmbedding = scope.New(embedding.Shape);
        PictureEncoding.ToEmbedding(encoder, model.Manifest, given, embedding, cancellationToken);
        PictureEncoding.ToEmbedding(encoder, model.Manifest, other, otherEmbedding, cancellationToken);
        clock.Done("encode");

        // 4. Find the noises that they come from, and go between, in both
        var pixels = scope.New(1, model.Manifest.LatentChannels, small, small);
        var otherNoise = scope.New(pixels.Shape);
        OwnNoise.Find(model, asked, given, request.Prompt, text, embedding, pixels, cancellationToken);
        OwnNoise.Find(model, asked, other, request.Prompt, text, otherEmbedding, otherNoise, cancellationToken);
        VectorMath.Slerp(embedding.Span, embedding.Span, otherEmbedding.Span, request.Theta ?? 0f);
        VectorMath.Slerp(pixels.Span, pixels.Span, otherNoise.Span, request.Theta ?? 0f);
        StartOfLoop.FromNoise(scheduler, pixels, pixels);
        clock.Done("invert");

        // 5. Let the guidance fall to none at the ends, where the pictures themselves are to come out
        asked = asked.WithGuidance(Turn.Guidance(asked.GuidanceScale, Turn.OfInterpolation(request.Theta ?? 0f)));

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
