using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.Kandinsky22;

/// <summary>A picture between two others: slerp of their embeddings, and of the noises that they come from (unCLIP, Ramesh et al. 2022, §3.2).</summary>
internal static class Interpolation
{
    public static GenerationResult Generate(Kandinsky22Model model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Check inputs
        var asked = CheckedRequest.Check(request, model.Info, model.Limits);
        var (encoder, picture, other) = (CheckedRequest.Checked(model.ImageEncoder), CheckedRequest.Checked(request.Image), CheckedRequest.Checked(request.OtherImage));
        var (height, width) = (asked.Height / model.Manifest.VaeScaleFactor, asked.Width / model.Manifest.VaeScaleFactor);
        var theta = request.Theta ?? 0f;
        var scheduler = RequestScheduler.Create(model.Scheduler, asked);
        var noise = new SeededNoise(request.Seed, request.ImageIndex);
        var clock = new StageClock();
        using var scope = new TensorScope();

        // 2. Find the embeddings of both pictures
        // Copied from CanvasMini.Interpolation: Find the embeddings of both pictures
        var embedding = scope.New(1, model.Manifest.EmbeddingSize);
        var otherEmbedding = scope.New(embedding.Shape);
        PictureEncoding.ToEmbedding(encoder, model.Manifest, picture, embedding, cancellationToken);
        PictureEncoding.ToEmbedding(encoder, model.Manifest, other, otherEmbedding, cancellationToken);
        clock.Done("encode");

        // 3. Find the noises that they come from
        var latents = scope.New(1, model.Manifest.LatentChannels, height, width);
        var otherNoise = scope.New(latents.Shape);
        OwnNoise.Find(model, asked, picture, embedding, latents, cancellationToken);
        OwnNoise.Find(model, asked, other, otherEmbedding, otherNoise, cancellationToken);
        clock.Done("invert");

        // 4. Go between, in both
        // Copied from CanvasMini.Interpolation: Go between, in both
        VectorMath.Slerp(embedding.Span, embedding.Span, otherEmbedding.Span, theta);
        VectorMath.Slerp(latents.Span, latents.Span, otherNoise.Span, theta);
        StartOfLoop.FromNoise(scheduler, latents, latents);

        // 5. Bind the U-Net; the guidance falls to none at the ends, where the pictures themselves are to come out
        var guided = asked.WithGuidance(Turn.Guidance(asked.GuidanceScale, Turn.OfInterpolation(theta)));
        var unet = model.BindUNet(scope, guided, latents.Shape, model.Pair(scope, guided, noise, embedding, cancellationToken));

        // 6. Denoise
        // Copied from StableDiffusion.TextToImage: Denoise
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

        // 7. Decode
        // Copied from StableDiffusion.TextToImage: Decode
        var image = PictureEncoding.FromLatents(model.VaeDecoder, model.Manifest, latents, asked.Width, asked.Height, cancellationToken);
        clock.Done("decode");
        return new GenerationResult(image, asked.Request, clock.Timings);
    }
}
