using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;

namespace CanvasWeb.Diffusion.Pipelines.CanvasMini;

/// <summary>A prompt becomes a picture: text → (prior →) latent diffusion with everything masked → decoder.</summary>
internal static class TextToImage
{
    public static GenerationResult Generate(CanvasMiniModel model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Check inputs
        // Copied from StableDiffusion.TextToImage: Check inputs
        var asked = CheckedRequest.Check(request, model.Info, model.Limits);
        var (height, width) = (asked.Height / model.Manifest.VaeScaleFactor, asked.Width / model.Manifest.VaeScaleFactor);
        var scheduler = RequestScheduler.Create(model.Scheduler, asked);
        var noise = new SeededNoise(request.Seed, request.ImageIndex);
        var clock = new StageClock();
        using var scope = new TensorScope();

        // 2. Encode the text
        var (hidden, pooled) = Conditions.EncodeText(model, scope, asked, cancellationToken);
        clock.Done("text");

        // 3. Find the image embedding: given, from the prior, or none (zeros)
        var embedding = scope.New(1, Math.Max(1, model.Manifest.EmbeddingSize));
        if (request.ImageEmbedding is { } given)
            GivenEmbedding.CopyTo(given, embedding.Span);
        else if (model.Prior is not null && pooled is not null)
            Conditions.SamplePrior(model, scope, hidden, pooled, noise, request.PriorSamples, embedding.Span, cancellationToken);
        clock.Done("prior");

        // 4. Bind the denoiser, nothing known
        var unet = new Denoiser(model, scope, hidden, embedding.Span, asked, height, width);
        unet.SetNothingKnown(model);

        // 5. Start from noise
        var start = scope.New(1, model.Manifest.LatentChannels, height, width);
        var latents = scope.New(1, model.Manifest.LatentChannels, height, width);
        StartOfLoop.FillNoise(request, noise, start);
        StartOfLoop.FromNoise(scheduler, start, latents);

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
