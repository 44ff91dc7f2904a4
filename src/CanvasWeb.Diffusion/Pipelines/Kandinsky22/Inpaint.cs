using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;

namespace CanvasWeb.Diffusion.Pipelines.Kandinsky22;

/// <summary>
/// The masked part of a picture is made anew. Any U-Net: the loop holds the known latents with a graded mask (differential diffusion).
/// Kandinsky's inpainting U-Net (9 channels) also sees them, in an order and with a sense of its own: latent, masked latent, 1 = keep.
/// </summary>
internal static class Inpaint
{
    public static GenerationResult Generate(Kandinsky22Model model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Check inputs
        // Copied from StableDiffusion.Inpaint: Check inputs
        var asked = CheckedRequest.Check(request, model.Info, model.Limits);
        var (encoder, picture, mask) = (CheckedRequest.Checked(model.VaeEncoder), CheckedRequest.Checked(request.Image), CheckedRequest.Checked(request.Mask));
        var (height, width) = (asked.Height / model.Manifest.VaeScaleFactor, asked.Width / model.Manifest.VaeScaleFactor);
        var scheduler = RequestScheduler.Create(model.Scheduler, asked);
        var firstCall = StartOfLoop.FirstCall(scheduler, asked.Steps, request.Strength);
        var noise = new SeededNoise(request.Seed, request.ImageIndex);
        var clock = new StageClock();
        using var scope = new TensorScope();

        // 2. Find the embeddings: text and prior in one
        var embeddings = model.Embeddings(scope, asked, noise, cancellationToken);
        clock.Done("prior");

        // 3. Encode the picture
        // Copied from StableDiffusion.Inpaint: Encode the picture
        var pixels = scope.New(1, 3, asked.Height, asked.Width);
        var original = scope.New(1, model.Manifest.LatentChannels, height, width);
        ImageTensors.Write(picture, pixels);
        PictureEncoding.ToLatents(encoder, model.Manifest, pixels, original, cancellationToken);

        // 4. Bind the U-Net; with mask channels, show it the latents outside the hole, 0 or 1
        var unet = model.BindUNet(scope, asked, original.Shape, embeddings);
        if (model.Manifest.HasMaskChannels)
        {
            // One latent pixel more than the hole, as its training widened the mask too.
            var keep = Array.ConvertAll(LatentMask.FromMask(HardMask.Of(mask), model.Manifest.VaeScaleFactor), value => 1f - value);
            var masked = original.Span.ToArray();
            for (var i = 0; i < masked.Length; i++)
                masked[i] *= keep[i % keep.Length];
            unet.SetRest(masked, keep);
        }

        clock.Done("encode");

        // 5. Start from noise, or from the noised picture below full strength
        // Copied from StableDiffusion.Inpaint: Start from noise, or from the noised picture below full strength
        var start = scope.New(original.Shape);
        var latents = scope.New(original.Shape);
        StartOfLoop.FillNoise(request, noise, start);
        StartOfLoop.FromPicture(scheduler, firstCall, request.Strength, original, start, latents);
        var known = new KnownRegion(original, start, LatentMask.FromMask(mask, model.Manifest.VaeScaleFactor), scope.New(original.Shape));

        // 6. Denoise
        // Copied from StableDiffusion.Inpaint: Denoise
        var calls = scheduler.Timesteps.Count;
        var reporter = new StepReporter(observer, observer is null ? null : model.NewPreview(scope, height, width), scope.New(latents.Shape), calls - firstCall);
        for (var call = firstCall; call < calls; call++)
        {
            reporter.StepBegins();
            known.Hold(scheduler, call, (call - firstCall) / (float)(calls - firstCall), latents.Span);
            var prediction = unet.Predict(scheduler, call, latents.Span, cancellationToken);
            scheduler.Step(call, prediction, latents.Span, reporter.Estimate, noise);
            reporter.StepDone(call - firstCall + 1, cancellationToken);
        }

        known.Finish(latents.Span);
        clock.Done("denoise");

        // 7. Decode
        // Copied from StableDiffusion.TextToImage: Decode
        var image = PictureEncoding.FromLatents(model.VaeDecoder, model.Manifest, latents, asked.Width, asked.Height, cancellationToken);
        clock.Done("decode");
        return new GenerationResult(image, asked.Request, clock.Timings);
    }
}
