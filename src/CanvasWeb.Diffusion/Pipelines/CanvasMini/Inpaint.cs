using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;

namespace CanvasWeb.Diffusion.Pipelines.CanvasMini;

/// <summary>
/// The masked part of a picture is made anew; outpainting is the same on a larger canvas. The U-Net sees the mask and what is known;
/// the loop also holds the known latents (differential diffusion), so that the border is let go gradually.
/// </summary>
internal static class Inpaint
{
    public static GenerationResult Generate(CanvasMiniModel model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
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

        // 2. Encode the text
        var (hidden, pooled) = Conditions.EncodeText(model, scope, asked, cancellationToken);
        clock.Done("text");

        // 3. Find the image embedding: given, from the prior where the model says that it helps here, or none (zeros)
        var embedding = scope.New(1, Math.Max(1, model.Manifest.EmbeddingSize));
        if (request.ImageEmbedding is { } given)
            GivenEmbedding.CopyTo(given, embedding.Span);
        else if (model.Manifest.UsePriorForInpaint && model.Prior is not null && pooled is not null)
            Conditions.SamplePrior(model, scope, hidden, pooled, noise, request.PriorSamples, embedding.Span, cancellationToken);
        clock.Done("prior");

        // 4. Encode the picture, and the picture with its hole at mid grey
        var pixels = scope.New(1, 3, asked.Height, asked.Width);
        var original = scope.New(1, model.Manifest.LatentChannels, height, width);
        var masked = scope.New(original.Shape);
        ImageTensors.Write(picture, pixels);
        PictureEncoding.ToLatents(encoder, model.Manifest, pixels, original, cancellationToken);
        ImageTensors.Hide(mask, pixels);
        PictureEncoding.ToLatents(encoder, model.Manifest, pixels, masked, cancellationToken);
        clock.Done("encode");

        // 5. Bind the unet. The port's mask is what training had, block maxima; the held region gives way one latent pixel earlier.
        var unet = new Denoiser(model, scope, hidden, embedding.Span, asked, height, width);
        unet.SetKnown(model, LatentMask.FromMask(mask, model.Manifest.VaeScaleFactor, dilation: 0), masked.Span);

        // 6. Start from noise, or from the noised picture below full strength
        // Copied from StableDiffusion.Inpaint: Start from noise, or from the noised picture below full strength
        var start = scope.New(original.Shape);
        var latents = scope.New(original.Shape);
        StartOfLoop.FillNoise(request, noise, start);
        StartOfLoop.FromPicture(scheduler, firstCall, request.Strength, original, start, latents);
        var known = new KnownRegion(original, start, LatentMask.FromMask(mask, model.Manifest.VaeScaleFactor), scope.New(original.Shape));

        // 7. Denoise
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

        // 8. Decode
        // Copied from StableDiffusion.TextToImage: Decode
        var image = PictureEncoding.FromLatents(model.VaeDecoder, model.Manifest, latents, asked.Width, asked.Height, cancellationToken);
        clock.Done("decode");
        return new GenerationResult(image, asked.Request, clock.Timings);
    }
}
