using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;

namespace CanvasWeb.Diffusion.Pipelines.Kandinsky22;

/// <summary>
/// Another picture of the same things: the decoder conditioned on the picture's own CLIP embedding (Ramesh et al. 2022, §3.1). With
/// <see cref="GenerationRequest.Eta"/> it starts from the picture's own noise where the folder can encode pictures; else from the seed's.
/// </summary>
internal static class Variation
{
    public static GenerationResult Generate(Kandinsky22Model model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Check inputs
        // Copied from StableDiffusion.TextToImage: Check inputs
        var asked = CheckedRequest.Check(request, model.Info, model.Limits);
        var (height, width) = (asked.Height / model.Manifest.VaeScaleFactor, asked.Width / model.Manifest.VaeScaleFactor);
        var scheduler = RequestScheduler.Create(model.Scheduler, asked);
        var noise = new SeededNoise(request.Seed, request.ImageIndex);
        var clock = new StageClock();
        using var scope = new TensorScope();

        // 2. Find the embeddings: the picture's own
        var embeddings = model.Embeddings(scope, asked, noise, cancellationToken);
        clock.Done("encode");

        // 3. Start from noise: the seed's, or the picture's own
        var start = scope.New(1, model.Manifest.LatentChannels, height, width);
        var latents = scope.New(start.Shape);
        StartOfLoop.FillNoise(request, noise, start);
        if (StartOfLoop.IsFromOwnNoise(asked) && model.VaeEncoder is not null)
        {
            var (own, embedding) = (scope.New(start.Shape), scope.New(1, model.Manifest.EmbeddingSize));
            embeddings.Row(1).CopyTo(embedding.Span);
            OwnNoise.Find(model, asked, CheckedRequest.Checked(request.Image), embedding, own, cancellationToken);
            StartOfLoop.Vary(asked, own, start);
            clock.Done("invert");
        }

        StartOfLoop.FromNoise(scheduler, start, latents);

        // 4. Bind the U-Net
        var unet = model.BindUNet(scope, asked, latents.Shape, embeddings);

        // 5. Denoise
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

        // 6. Decode
        // Copied from StableDiffusion.TextToImage: Decode
        var image = PictureEncoding.FromLatents(model.VaeDecoder, model.Manifest, latents, asked.Width, asked.Height, cancellationToken);
        clock.Done("decode");
        return new GenerationResult(image, asked.Request, clock.Timings);
    }
}
