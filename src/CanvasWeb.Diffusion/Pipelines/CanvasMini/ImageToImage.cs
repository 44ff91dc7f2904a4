using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;

namespace CanvasWeb.Diffusion.Pipelines.CanvasMini;

/// <summary>A picture and a prompt become a picture that keeps the first one's layout: SDEdit (Meng et al. 2022, arXiv 2108.01073).</summary>
internal static class ImageToImage
{
    public static GenerationResult Generate(CanvasMiniModel model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
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
        var (hidden, pooled) = Conditions.EncodeText(model, scope, asked, cancellationToken);
        clock.Done("text");

        // 3. Find the image embedding: given, from the prior, or none (zeros)
        // Copied from CanvasMini.TextToImage: Find the image embedding: given, from the prior, or none (zeros)
        var embedding = scope.New(1, Math.Max(1, model.Manifest.EmbeddingSize));
        if (request.ImageEmbedding is { } given)
            GivenEmbedding.CopyTo(given, embedding.Span);
        else if (model.Prior is not null && pooled is not null)
            Conditions.SamplePrior(model, scope, hidden, pooled, noise, request.PriorSamples, embedding.Span, cancellationToken);
        clock.Done("prior");

        // 4. Encode the picture
        // Copied from StableDiffusion.ImageToImage: Encode the picture
        var pixels = scope.New(1, 3, asked.Height, asked.Width);
        var original = scope.New(1, model.Manifest.LatentChannels, height, width);
        ImageTensors.Write(picture, pixels);
        PictureEncoding.ToLatents(encoder, model.Manifest, pixels, original, cancellationToken);
        clock.Done("encode");

        // 5. Bind the denoiser, nothing known
        var unet = new Denoiser(model, scope, hidden, embedding.Span, asked, height, width);
        unet.SetNothingKnown(model);

        // 6. Start from the noised picture
        // Copied from StableDiffusion.ImageToImage: Start from the noised picture
        var start = scope.New(original.Shape);
        var latents = scope.New(original.Shape);
        StartOfLoop.FillNoise(request, noise, start);
        StartOfLoop.FromPicture(scheduler, firstCall, request.Strength, original, start, latents);

        // 7. Denoise
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

        // 8. Decode
        // Copied from StableDiffusion.TextToImage: Decode
        var image = PictureEncoding.FromLatents(model.VaeDecoder, model.Manifest, latents, asked.Width, asked.Height, cancellationToken);
        clock.Done("decode");
        return new GenerationResult(image, asked.Request, clock.Timings);
    }
}
