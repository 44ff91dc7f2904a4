using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;

namespace CanvasWeb.Diffusion.Pipelines.StableDiffusion;

/// <summary>
/// The masked part of a picture is made anew. Any U-Net: the loop holds the known latents with a graded mask (differential diffusion).
/// An inpainting U-Net (9 channels) also sees the mask and the masked picture's latents.
/// </summary>
internal static class Inpaint
{
    public static GenerationResult Generate(StableDiffusionModel model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Check inputs
        var asked = CheckedRequest.Check(request, model.Info, model.Limits);
        var (encoder, picture, mask) = (CheckedRequest.Checked(model.VaeEncoder), CheckedRequest.Checked(request.Image), CheckedRequest.Checked(request.Mask));
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
        var pixels = scope.New(1, 3, asked.Height, asked.Width);
        var original = scope.New(1, model.Manifest.LatentChannels, height, width);
        ImageTensors.Write(picture, pixels);
        PictureEncoding.ToLatents(encoder, model.Manifest, pixels, original, cancellationToken);

        // 4. Bind the U-Net; with mask channels, show it the mask, 0 or 1, and the picture with its hole at mid grey
        var unet = model.BindUNet(scope, asked, original.Shape, hidden);
        if (model.Manifest.HasMaskChannels)
        {
            var masked = scope.New(original.Shape);
            var hard = HardMask.Of(mask);
            ImageTensors.Hide(hard, pixels);
            PictureEncoding.ToLatents(encoder, model.Manifest, pixels, masked, cancellationToken);
            unet.SetRest(LatentMask.FromMask(hard, model.Manifest.VaeScaleFactor, dilation: 0), masked.Span.ToArray());
        }

        clock.Done("encode");

        // 5. Start from noise, or from the noised picture below full strength
        var start = scope.New(original.Shape);
        var latents = scope.New(original.Shape);
        StartOfLoop.FillNoise(request, noise, start);
        StartOfLoop.FromPicture(scheduler, firstCall, request.Strength, original, start, latents);
        var known = new KnownRegion(original, start, LatentMask.FromMask(mask, model.Manifest.VaeScaleFactor), scope.New(original.Shape));

        // 6. Denoise
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
