using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Pipelines.StableDiffusion;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.LatentConsistency;

/// <summary>
/// A prompt becomes a picture in a few steps: latent consistency models (Luo et al. 2023, arXiv 2310.04378). The guidance scale is an input
/// of the distilled U-Net, so there is one pass a step and no negative prompt.
/// </summary>
internal static class ConsistencyTextToImage
{
    public static GenerationResult Generate(StableDiffusionModel model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
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
        var hidden = model.EncodeText(scope, asked, cancellationToken);
        clock.Done("text");

        // 3. Start from noise
        // Copied from StableDiffusion.TextToImage: Start from noise
        var start = scope.New(1, model.Manifest.LatentChannels, height, width);
        var latents = scope.New(start.Shape);
        StartOfLoop.FillNoise(request, noise, start);
        StartOfLoop.FromNoise(scheduler, start, latents);

        // 4. Bind the U-Net, with the guidance scale embedded
        var guidance = DistilledGuidance.Embed(scope, model.Manifest, asked.GuidanceScale);
        var unet = new GuidedUNet(model.UNet, "unet", scope, guidanceScale: null, latents.Shape, model.Manifest.UnetInChannels, model.Manifest.UnetOutChannels, keepsVariance: false, new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["encoder_hidden_states"] = hidden, [DistilledGuidance.Port] = guidance });

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
