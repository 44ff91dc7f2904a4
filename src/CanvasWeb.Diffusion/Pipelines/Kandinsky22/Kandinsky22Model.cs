using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Previews;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Diffusion.Tokenizers;

namespace CanvasWeb.Diffusion.Pipelines.Kandinsky22;

/// <summary>
/// The loaded parts of a Kandinsky 2.2 export (Razzhigaev et al. 2023, arXiv 2310.03502): a prior from text to a CLIP image embedding,
/// and a latent decoder that sees nothing but that embedding.
/// </summary>
internal sealed class Kandinsky22Model : IDisposable
{
    private readonly TensorScope _owned = new();

    private Kandinsky22Model(ModelManifest manifest, OnnxModelOptions options, PipelineLimits limits, CancellationToken cancellationToken)
    {
        Manifest = manifest;
        Limits = limits;
        try
        {
            Tokenizer = ClipTokenizer.Load(manifest.Tokenizers["prior_tokenizer"]);
            Scheduler = RequestScheduler.Load(manifest, "scheduler");
            PriorScheduler = RequestScheduler.Load(manifest, "prior_scheduler");
            ClipPrior.CheckStatistics(manifest, "prior_prior");
            TextEncoder = _owned.Own(manifest.Load("prior_text_encoder", options, cancellationToken));
            Prior = _owned.Own(manifest.Load("prior_prior", options, cancellationToken));
            UNet = _owned.Own(manifest.Load("unet", options, cancellationToken));
            VaeDecoder = _owned.Own(manifest.Load("movq_decoder", options, cancellationToken));
            VaeEncoder = manifest.Has("movq_encoder") ? _owned.Own(manifest.Load("movq_encoder", options, cancellationToken)) : null;
            ImageEncoder = manifest.Has("prior_image_encoder") ? _owned.Own(manifest.Load("prior_image_encoder", options, cancellationToken)) : null;
            PreviewDecoder = manifest.Has("preview_decoder") ? _owned.Own(manifest.Load("preview_decoder", options, cancellationToken)) : null;
            PreviewScale = PreviewDecoder is null ? 0 : OutputProbe.Scale(PreviewDecoder, manifest.LatentChannels);
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

    public SchedulerConfig PriorScheduler { get; }

    public OnnxModel TextEncoder { get; }

    public OnnxModel Prior { get; }

    public OnnxModel UNet { get; }

    /// <summary>MoVQ's decoder.</summary>
    public OnnxModel VaeDecoder { get; }

    /// <summary>MoVQ's encoder.</summary>
    public OnnxModel? VaeEncoder { get; }

    public OnnxModel? ImageEncoder { get; }

    /// <summary>Over the two encoders; null where they do not map into one space.</summary>
    public PictureEmbedder? Embedder { get; }

    public OnnxModel? PreviewDecoder { get; }

    public int PreviewScale { get; }

    public static Kandinsky22Model Load(ModelManifest manifest, OnnxModelOptions options, PipelineLimits limits, CancellationToken cancellationToken) => new(manifest, options, limits, cancellationToken);

    public void Dispose() => _owned.Dispose();

    /// <summary>A tiny decoder where the folder has one; else MoVQ itself on shrunken latents, for nobody has published a linear map.</summary>
    public ILatentPreview NewPreview(TensorScope scope, int height, int width)
    {
        if (PreviewDecoder is not null)
            return scope.Own(new DecoderPreview(PreviewDecoder, PreviewScale, 1f / Manifest.PreviewScalingFactor, Manifest.PreviewShiftFactor, Manifest.LatentChannels, height, width));
        var shrink = ((Math.Max(height, width) * Manifest.VaeScaleFactor) + PreviewSize.MaxSide - 1) / PreviewSize.MaxSide;
        return scope.Own(new DecoderPreview(VaeDecoder, Manifest.VaeScaleFactor, 1f / Manifest.ScalingFactor, Manifest.ShiftFactor, Manifest.LatentChannels, height, width, shrink));
    }

    /// <summary>
    /// The embeddings that guide away (row 0) and towards (row 1), <c>[2, embedding]</c>. Towards: given, the picture's own, or the
    /// prior's for the prompt. Away: the embedding of an all-zero picture, or the prior's for a negative prompt.
    /// </summary>
    public Tensor Embeddings(TensorScope scope, CheckedRequest asked, SeededNoise noise, CancellationToken cancellationToken)
    {
        var request = asked.Request;
        var one = scope.New(1, Manifest.EmbeddingSize);
        if (request.ImageEmbedding is { } given)
        {
            GivenEmbedding.CopyTo(given, one.Span);
        }
        else if (request.Task == GenerationTask.Variation)
        {
            PictureEncoding.ToEmbedding(CheckedRequest.Checked(ImageEncoder), Manifest, CheckedRequest.Checked(request.Image), one, cancellationToken);
        }
        else
        {
            var text = ClipText.Encode(TextEncoder, Tokenizer, Manifest, scope, request.NegativePrompt, request.Prompt, cancellationToken);
            ClipPrior.Sample(Prior, Manifest, PriorScheduler, scope, text, noise, request.PriorSamples, one.Span, cancellationToken);
        }

        return Pair(scope, asked, noise, one, cancellationToken);
    }

    /// <summary>The same for an embedding that is known already.</summary>
    /// <param name="towards"><c>[1, embedding]</c>.</param>
    public Tensor Pair(TensorScope scope, CheckedRequest asked, SeededNoise noise, Tensor towards, CancellationToken cancellationToken)
    {
        var request = asked.Request;
        var pair = scope.New(2, Manifest.EmbeddingSize);
        var one = scope.New(towards.Shape);
        towards.Span.CopyTo(pair.Row(1));
        if (!asked.IsGuided)
            return pair;
        if (request.NegativePrompt.Length == 0 && ImageEncoder is not null)
        {
            PictureEncoding.ToZeroEmbedding(ImageEncoder, Manifest, one, cancellationToken);
        }
        else
        {
            var text = ClipText.Encode(TextEncoder, Tokenizer, Manifest, scope, request.NegativePrompt, request.NegativePrompt, cancellationToken);
            ClipPrior.Sample(Prior, Manifest, PriorScheduler, scope, text, noise.Scope("negative"), 1, one.Span, cancellationToken);
        }

        one.Span.CopyTo(pair.Row(0));
        return pair;
    }

    /// <summary>The U-Net bound for latents of this size. Its variance is learnt but only used by a scheduler that says so.</summary>
    public GuidedUNet BindUNet(TensorScope scope, CheckedRequest asked, ReadOnlySpan<int> latents, Tensor embeddings)
    {
        var learns = asked.Scheduler == Scheduler.Kind && Scheduler.VarianceType is VarianceType.Learned or VarianceType.LearnedRange;
        return new GuidedUNet(
            UNet,
            "unet",
            scope,
            asked.IsGuided ? asked.GuidanceScale : null,
            latents,
            Manifest.UnetInChannels,
            Manifest.UnetOutChannels,
            learns && Manifest.LearnsVariance,
            new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["image_embeds"] = embeddings });
    }

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
            TakesImageEmbedding = true,
            HasPrior = true,
            MaxPromptTokens = Manifest.MaxPromptTokens,
            PriorTakesNegativePrompt = Manifest.PriorGuidanceScale > 1f,
        };
}
