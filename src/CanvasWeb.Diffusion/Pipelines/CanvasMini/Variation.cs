using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;

namespace CanvasWeb.Diffusion.Pipelines.CanvasMini;

/// <summary>
/// Another picture of the same things: the decoder conditioned on the picture's own embedding instead of the prior's (unCLIP, Ramesh
/// et al. 2022, §3.1). With <see cref="GenerationRequest.Eta"/> it starts from the picture's own noise instead of the seed's: see there.
/// </summary>
internal static class Variation
{
    public static GenerationResult Generate(CanvasMiniModel model, GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Check inputs
        var asked = CheckedRequest.Check(request, model.Info, model.Limits);
        var encoder = CheckedRequest.Checked(model.ImageEncoder);
        var (height, width) = (asked.Height / model.Manifest.VaeScaleFactor, asked.Width / model.Manifest.VaeScaleFactor);
        var scheduler = RequestScheduler.Create(model.Scheduler, asked);
        var noise = new SeededNoise(request.Seed, request.ImageIndex);
        var clock = new StageClock();
        using var scope = new TensorScope();

        // 2. Encode the text, which may be empty
        var (hidden, _) = Conditions.EncodeText(model, scope, asked, cancellationToken);
        clock.Done("text");

        // 3. Find the image embedding: given, or the picture's own
        var embedding = scope.New(1, model.Manifest.EmbeddingSize);
        if (request.ImageEmbedding is { } given)
            GivenEmbedding.CopyTo(given, embedding.Span);
        else
            PictureEncoding.ToEmbedding(encoder, model.Manifest, CheckedRequest.Checked(request.Image), embedding, cancellationToken);
        clock.Done("encode");

        // 4. Start from noise: the seed's, or the picture's own with so much of the seed's as is asked for
        var start = scope.New(1, model.Manifest.LatentChannels, height, width);
        var latents = scope.New(start.Shape);
        StartOfLoop.FillNoise(request, noise, start);
        if (StartOfLoop.IsFromOwnNoise(asked))
        {
            var own = scope.New(start.Shape);
            OwnNoise.Find(model, asked, CheckedRequest.Checked(request.Image), request.Prompt, hidden, embedding.Span, own, cancellationToken);
            StartOfLoop.Vary(asked, own, start);
            clock.Done("invert");
        }

        StartOfLoop.FromNoise(scheduler, start, latents);

        // 5. Bind the denoiser, nothing known; near the picture's own noise the guidance falls to none, so that η 0 gives the picture itself
        var guided = asked.Request.Eta is { } eta ? asked.WithGuidance(Turn.Guidance(asked.GuidanceScale, Turn.OfVariation(eta))) : asked;
        var unet = new Denoiser(model, scope, hidden, embedding.Span, guided, height, width);
        unet.SetNothingKnown(model);

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
