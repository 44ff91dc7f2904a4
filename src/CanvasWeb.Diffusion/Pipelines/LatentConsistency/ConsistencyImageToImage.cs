using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Pipelines.StableDiffusion;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.LatentConsistency;

/// <summary>A picture and a prompt become a picture in a few steps: SDEdit (Meng et al. 2022) with a latent consistency model (Luo et al. 2023).</summary>
internal static class ConsistencyImageToImage
{
    public static GenerationResult Generate(StableDiffusionModel model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Check inputs
        // Copied from StableDiffusion.ImageToImage: Check inputs
        var asked = CheckedRequest.Check(request, model.Info, model.Limits);
        var (encoder, picture) = (CheckedRequest.Checked(model.VaeEncoder), CheckedRequest.Checked(request.Image));
        var (height, width) = (asked.Height / model.Manifest.VaeScaleFactor, asked.Width / model.Manifest.VaeScaleFactor);
        var scheduler = RequestScheduler.Create(model.Scheduler, asked);
        var firstCall = StartOfLoop.FirstCall(scheduler, asked.Steps, request.Strength);
        var noise = new SeededNoise(request.Seed, request.ImageIndex);
        var clock = new StageClock();
        using var scope = new TensorScope();

        // 2. Encode the text
        var hidden = model.EncodeText(scope, asked, cancellationToken);
        clock.Done("text");

        // 3. Encode the picture
        // Copied from StableDiffusion.ImageToImage: Encode the picture
        var pixels = scope.New(1, 3, asked.Height, asked.Width);
        var original = scope.New(1, model.Manifest.LatentChannels, height, width);
        ImageTensors.Write(picture, pixels);
        PictureEncoding.ToLatents(encoder, model.Manifest, pixels, original, cancellationToken);
        clock.Done("encode");

        // 4. Start from the noised picture
        // Copied from StableDiffusion.ImageToImage: Start from the noised picture
        var start = scope.New(original.Shape);
        var latents = scope.New(original.Shape);
        StartOfLoop.FillNoise(request, noise, start);
        StartOfLoop.FromPicture(scheduler, firstCall, request.Strength, original, start, latents);

        // 5. Bind the U-Net, with the guidance scale embedded
        var guidance = DistilledGuidance.Embed(scope, model.Manifest, asked.GuidanceScale);
        var unet = new GuidedUNet(model.UNet, "unet", scope, guidanceScale: null, latents.Shape, model.Manifest.UnetInChannels, model.Manifest.UnetOutChannels, keepsVariance: false, new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["encoder_hidden_states"] = hidden, [DistilledGuidance.Port] = guidance });

        // 6. Denoise
        // Copied from StableDiffusion.ImageToImage: Denoise
        var calls = scheduler.Timesteps.Count;
        var reporter = new StepReporter(observer, observer is null ? null : model.NewPreview(scope, height, width), scope.New(latents.Shape), calls - firstCall);
        for (var call = firstCall; call < calls; call++)
        {
            reporter.StepBegins();
            var prediction = unet.Predict(scheduler, call, latents.Span, cancellationToken);
            scheduler.Step(call, prediction, latents.Span, reporter.Estimate, noise);
            reporter.StepDone(call - firstCall + 1, cancellationToken);
        }

        clock.Done("denoise");

        // 7. Decode
        // Copied from StableDiffusion.TextToImage: Decode
        var image = PictureEncoding.FromLatents(model.VaeDecoder, model.Manifest, latents, asked.Width, asked.Height, cancellationToken);
        clock.Done("decode");
        return new GenerationResult(image, asked.Request, clock.Timings);
    }
}
