using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;

namespace CanvasWeb.Diffusion.Pipelines.Kandinsky22;

/// <summary>
/// A picture changed as one caption changes into another: its embedding turns by the difference of theirs, and the noise that it comes from stays
/// (unCLIP, Ramesh et al. 2022, §3.3). This decoder sees nothing but the embedding.
/// </summary>
internal static class TextDiff
{
    public static GenerationResult Generate(Kandinsky22Model model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Check inputs
        var asked = CheckedRequest.Check(request, model.Info, model.Limits);
        var (encoder, picture) = (CheckedRequest.Checked(model.ImageEncoder), CheckedRequest.Checked(request.Image));
        var (height, width) = (asked.Height / model.Manifest.VaeScaleFactor, asked.Width / model.Manifest.VaeScaleFactor);
        var theta = request.Theta ?? 0f;
        var scheduler = RequestScheduler.Create(model.Scheduler, asked);
        var noise = new SeededNoise(request.Seed, request.ImageIndex);
        var clock = new StageClock();
        using var scope = new TensorScope();

        // 2. Encode the captions: from, to
        var captions = ClipText.Encode(model.TextEncoder, model.Tokenizer, model.Manifest, scope, request.FromPrompt ?? "", request.Prompt, cancellationToken);
        clock.Done("text");

        // 3. Find the picture's embedding, and the noise that it comes from
        var embedding = scope.New(1, model.Manifest.EmbeddingSize);
        var latents = scope.New(1, model.Manifest.LatentChannels, height, width);
        PictureEncoding.ToEmbedding(encoder, model.Manifest, picture, embedding, cancellationToken);
        clock.Done("encode");
        OwnNoise.Find(model, asked, picture, embedding, latents, cancellationToken);
        StartOfLoop.FromNoise(scheduler, latents, latents);
        clock.Done("invert");

        // 4. Turn the embedding
        Turn.Embedding(embedding.Span, string.IsNullOrEmpty(request.FromPrompt) ? [] : captions.Pooled.Row(0), captions.Pooled.Row(1), theta);

        // 5. Bind the U-Net; the guidance turns, too
        var guided = asked.WithGuidance(Turn.Guidance(asked.GuidanceScale, Turn.OfTextDiff(theta)));
        var unet = model.BindUNet(scope, guided, latents.Shape, model.Pair(scope, guided, noise, embedding, cancellationToken));

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
