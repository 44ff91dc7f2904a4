using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Previews;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tokenizers;

namespace CanvasWeb.Diffusion.Pipelines.CanvasMini;

/// <summary>
/// The loaded parts of a canvas-mini folder and what they have in common: unCLIP in small, with mask channels. Which parts and ports
/// are there decides what it can do; nothing asks for a version.
/// </summary>
internal sealed class CanvasMiniModel : IDisposable
{
    private readonly TensorScope _owned = new();

    private CanvasMiniModel(ModelManifest manifest, OnnxModelOptions options, PipelineLimits limits, CancellationToken cancellationToken)
    {
        Manifest = manifest;
        Limits = limits;
        try
        {
            Tokenizer = ClipTokenizer.Load(manifest.Tokenizers["tokenizer"]);
            Scheduler = RequestScheduler.Load(manifest, "scheduler");
            TextEncoder = _owned.Own(manifest.Load("text_encoder", options, cancellationToken));
            UNet = _owned.Own(manifest.Load("unet", options, cancellationToken));
            VaeDecoder = _owned.Own(manifest.Load("vae_decoder", options, cancellationToken));
            VaeEncoder = LoadIfThere("vae_encoder", options, cancellationToken);
            ImageEncoder = LoadIfThere("image_encoder", options, cancellationToken);
            PreviewDecoder = LoadIfThere("preview_decoder", options, cancellationToken);
            PreviewScale = PreviewDecoder is null ? 0 : OutputProbe.Scale(PreviewDecoder, manifest.LatentChannels);
            TakesImageEmbedding = UNet.FindInput("image_embeds") is not null;
            if (manifest.UsePrior)
            {
                Prior = LoadIfThere("prior", options, cancellationToken);
                PriorScheduler = RequestScheduler.Load(manifest, "prior_scheduler");
            }

            OnePassGuidance = UNet.FindInput("guidance") is null ? null : manifest.OnePassGuidance;
            Embedder = ImageEncoder is null || TextEncoder.FindOutput("text_embeds") is null ? null : new PictureEmbedder(manifest, Tokenizer, TextEncoder, ImageEncoder);
            Info = Describe();
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    public ModelManifest Manifest { get; }

    public PipelineLimits Limits { get; }

    public PipelineInfo Info { get; }

    public ClipTokenizer Tokenizer { get; }

    public SchedulerConfig Scheduler { get; }

    public SchedulerConfig? PriorScheduler { get; }

    public OnnxModel TextEncoder { get; }

    public OnnxModel UNet { get; }

    public OnnxModel VaeDecoder { get; }

    public OnnxModel? VaeEncoder { get; }

    public OnnxModel? ImageEncoder { get; }

    /// <summary>Over the two encoders; null where they do not map into one space.</summary>
    public PictureEmbedder? Embedder { get; }

    public OnnxModel? PreviewDecoder { get; }

    /// <summary>Text to image embedding; null where there is none or the model says it is not to be used.</summary>
    public OnnxModel? Prior { get; }

    public bool TakesImageEmbedding { get; }

    /// <summary>Pixels that the preview decoder makes of one latent pixel.</summary>
    public int PreviewScale { get; }

    /// <summary>Scales that the U-Net was distilled to do in one pass through its guidance port; null: guide with two passes. See <see cref="IsOnePass"/>.</summary>
    public (float Least, float Most)? OnePassGuidance { get; }

    public static CanvasMiniModel Load(ModelManifest manifest, OnnxModelOptions options, PipelineLimits limits, CancellationToken cancellationToken) => new(manifest, options, limits, cancellationToken);

    public void Dispose() => _owned.Dispose();

    /// <summary>Guided through the port. It was distilled from an empty negative side, so a negative prompt takes two passes all the same.</summary>
    public bool IsOnePass(CheckedRequest asked) =>
        OnePassGuidance is { } range && asked.GuidanceScale >= range.Least && asked.GuidanceScale <= range.Most && asked.Request.NegativePrompt.Length == 0;

    /// <summary>Guided with a pair, two passes a step.</summary>
    public bool IsPair(CheckedRequest asked) => asked.IsGuided && !IsOnePass(asked);

    /// <summary>Previews of latents of this size: the tiny decoder, or the latents themselves where they are pixels.</summary>
    public ILatentPreview? NewPreview(TensorScope scope, int height, int width)
    {
        if (PreviewDecoder is not null)
            return scope.Own(new DecoderPreview(PreviewDecoder, PreviewScale, 1f / Manifest.PreviewScalingFactor, Manifest.PreviewShiftFactor, Manifest.LatentChannels, height, width));
        return Manifest.LatentChannels == 3 ? scope.Own(new PixelPreview(height, width)) : null;
    }

    private OnnxModel? LoadIfThere(string component, OnnxModelOptions options, CancellationToken cancellationToken) => Manifest.Has(component) ? _owned.Own(Manifest.Load(component, options, cancellationToken)) : null;

    private PipelineInfo Describe() =>
        new()
        {
            Name = Manifest.Name,
            Family = Manifest.FamilyName,
            Provider = UNet.Provider,
            Tasks = Manifest.Tasks(),
            NativeSize = Math.Max(Manifest.NativeWidth, Manifest.NativeHeight),
            SizeMultiple = Manifest.SizeMultiple,
            DefaultSteps = Manifest.DefaultSteps,
            DefaultGuidanceScale = Manifest.DefaultGuidanceScale,
            DefaultScheduler = Scheduler.Kind,
            TakesImageEmbedding = TakesImageEmbedding,
            HasPrior = Prior is not null,
            MaxPromptTokens = Manifest.MaxPromptTokens,
        };
}
