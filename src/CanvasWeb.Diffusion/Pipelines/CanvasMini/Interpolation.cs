using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.CanvasMini;

/// <summary>A picture between two others: slerp of their embeddings, and of the noises that they come from (unCLIP, Ramesh et al. 2022, §3.2).</summary>
internal static class Interpolation
{
    public static GenerationResult Generate(CanvasMiniModel model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Check inputs
        var asked = CheckedRequest.Check(request, model.Info, model.Limits);
        var (encoder, picture, other) = (CheckedRequest.Checked(model.ImageEncoder), CheckedRequest.Checked(request.Image), CheckedRequest.Checked(request.OtherImage));
        var (height, width) = (asked.Height / model.Manifest.VaeScaleFactor, asked.Width / model.Manifest.VaeScaleFactor);
        var theta = request.Theta ?? 0f;
        var scheduler = RequestScheduler.Create(model.Scheduler, asked);
        var clock = new StageClock();
        using var scope = new TensorScope();

        // 2. Encode the text, which may be empty
        var (hidden, _) = Conditions.EncodeText(model, scope, asked, cancellationToken);
        clock.Done("text");

        // 3. Find the embeddings of both pictures
        var embedding = scope.New(1, model.Manifest.EmbeddingSize);
        var otherEmbedding = scope.New(embedding.Shape);
        PictureEncoding.ToEmbedding(encoder, model.Manifest, picture, embedding, cancellationToken);
        PictureEncoding.ToEmbedding(encoder, model.Manifest, other, otherEmbedding, cancellationToken);
        clock.Done("encode");

        // 4. Find the noises that they come from
        var latents = scope.New(1, model.Manifest.LatentChannels, height, width);
        var otherNoise = scope.New(latents.Shape);
        OwnNoise.Find(model, asked, picture, request.Prompt, hidden, embedding.Span, latents, cancellationToken);
        OwnNoise.Find(model, asked, other, request.Prompt, hidden, otherEmbedding.Span, otherNoise, cancellationToken);
        clock.Done("invert");

        // 5. Go between, in both
        VectorMath.Slerp(embedding.Span, embedding.Span, otherEmbedding.Span, theta);
        VectorMath.Slerp(latents.Span, latents.Span, otherNoise.Span, theta);
        StartOfLoop.FromNoise(scheduler, latents, latents);

        // 6. Bind the denoiser, nothing known; the guidance falls to none at the ends, where the pictures themselves are to come out
        var guided = asked.WithGuidance(Turn.Guidance(asked.GuidanceScale, Turn.OfInterpolation(theta)));
        var unet = new Denoiser(model, scope, hidden, embedding.Span, guided, height, width);
        unet.SetNothingKnown(model);

        // 7. Denoise; no noise is drawn on the way
        var noise = default(SeededNoise);
        var calls = scheduler.Timesteps.Count;
        var reporter = new StepReporter(observer, observer is null ? null : model.NewPreview(scope, height, width), scope.New(latents.Shape), calls);
        for (var call = 0; call < calls; call++)
        {
            reporter.StepBegins();
            var prediction = unet.Predict(scheduler, call, latents.Span, cancellationToken);
            scheduler.Step(call, prediction, latents.Span, reporter.Estimate, noise);
            reporter.StepDone(call + 1, cancellationToken);
        }

        clock.Done("denoise");

        // 8. Decode
        // Copied from StableDiffusion.TextToImage: Decode
        var image = PictureEncoding.FromLatents(model.VaeDecoder, model.Manifest, latents, asked.Width, asked.Height, cancellationToken);
        clock.Done("decode");
        return new GenerationResult(image, asked.Request, clock.Timings);
    }
}
