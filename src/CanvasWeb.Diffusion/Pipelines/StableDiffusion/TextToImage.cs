using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;

namespace CanvasWeb.Diffusion.Pipelines.StableDiffusion;

/// <summary>A prompt becomes a picture: latent diffusion with text cross-attention (Rombach et al. 2022, §3.3).</summary>
internal static class TextToImage
{
    public static GenerationResult Generate(StableDiffusionModel model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Check inputs
        var asked = CheckedRequest.Check(request, model.Info, model.Limits);
        var (height, width) = (asked.Height / model.Manifest.VaeScaleFactor, asked.Width / model.Manifest.VaeScaleFactor);
        var scheduler = RequestScheduler.Create(model.Scheduler, asked);
        var noise = new SeededNoise(request.Seed, request.ImageIndex);
        var clock = new StageClock();
        using var scope = new TensorScope();

        // 2. Encode the text
        var hidden = model.EncodeText(scope, asked, cancellationToken);
        clock.Done("text");

        // 3. Start from noise
        var start = scope.New(1, model.Manifest.LatentChannels, height, width);
        var latents = scope.New(start.Shape);
        StartOfLoop.FillNoise(request, noise, start);
        StartOfLoop.FromNoise(scheduler, start, latents);

        // 4. Bind the U-Net
        var unet = model.BindUNet(scope, asked, latents.Shape, hidden);

        // 5. Denoise
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
        var image = PictureEncoding.FromLatents(model.VaeDecoder, model.Manifest, latents, asked.Width, asked.Height, cancellationToken);
        clock.Done("decode");
        return new GenerationResult(image, asked.Request, clock.Timings);
    }
}
