using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;

namespace CanvasWeb.Diffusion.Pipelines.CanvasMini;

/// <summary>
/// A picture changed as one caption changes into another: its embedding turns by the difference of theirs, and the noise that it comes from stays
/// (unCLIP, Ramesh et al. 2022, §3.3). This decoder also hears words, and they turn with it: measured, the embedding alone changes grounds and light well
/// and colours late; with the words a red cube is blue at θ = 0.5.
/// </summary>
internal static class TextDiff
{
    public static GenerationResult Generate(CanvasMiniModel model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Check inputs
        var asked = CheckedRequest.Check(request, model.Info, model.Limits);
        var (encoder, picture) = (CheckedRequest.Checked(model.ImageEncoder), CheckedRequest.Checked(request.Image));
        var (height, width) = (asked.Height / model.Manifest.VaeScaleFactor, asked.Width / model.Manifest.VaeScaleFactor);
        var theta = request.Theta ?? 0f;
        var turned = Turn.OfTextDiff(theta);
        var scheduler = RequestScheduler.Create(model.Scheduler, asked);
        var clock = new StageClock();
        using var scope = new TensorScope();

        // 2. Encode the captions: what to keep away from, from, to
        var (hidden, pooled) = Conditions.EncodeCaptions(model, scope, request, cancellationToken);
        clock.Done("text");

        // 3. Find the picture's embedding
        var embedding = scope.New(1, model.Manifest.EmbeddingSize);
        PictureEncoding.ToEmbedding(encoder, model.Manifest, picture, embedding, cancellationToken);
        clock.Done("encode");

        // 4. Find the noise that it comes from, as a picture of the caption to go from
        var latents = scope.New(1, model.Manifest.LatentChannels, height, width);
        var from = scope.New(1, hidden.Shape[1], hidden.Shape[2]);
        hidden.Row(1).CopyTo(from.Span);
        OwnNoise.Find(model, asked, picture, request.FromPrompt ?? "", from, embedding.Span, latents, cancellationToken);
        StartOfLoop.FromNoise(scheduler, latents, latents);
        clock.Done("invert");

        // 5. Turn the embedding
        Turn.Embedding(embedding.Span, string.IsNullOrEmpty(request.FromPrompt) ? [] : pooled.Row(1), pooled.Row(2), theta);

        // 6. Bind the denoiser, nothing known; words and guidance turn, too
        var guided = asked.WithGuidance(Turn.Guidance(asked.GuidanceScale, turned));
        var unet = new Denoiser(model, scope, hidden, embedding.Span, guided, height, width, blend: turned);
        unet.SetNothingKnown(model);

        // 7. Denoise; no noise is drawn on the way
        // Copied from CanvasMini.Interpolation: Denoise; no noise is drawn on the way
        var noise = default(SeededNoise);
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

        // 8. Decode
        // Copied from StableDiffusion.TextToImage: Decode
        var image = PictureEncoding.FromLatents(model.VaeDecoder, model.Manifest, latents, asked.Width, asked.Height, cancellationToken);
        clock.Done("decode");
        return new GenerationResult(image, asked.Request, clock.Timings);
    }
}
