using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Diffusion.Tokenizers;

namespace CanvasWeb.Diffusion.Pipelines.UnClip;

/// <summary>The loaded parts of an unCLIP export in Karlo's layout: prior, text projection, pixel decoder, super resolution.</summary>
internal sealed class UnClipModel : IDisposable
{
    private readonly TensorScope _owned = new();

    private UnClipModel(ModelManifest manifest, OnnxModelOptions options, PipelineLimits limits, CancellationToken cancellationToken)
    {
        Manifest = manifest;
        Limits = limits;
        try
        {
            Tokenizer = ClipTokenizer.Load(manifest.Tokenizers["tokenizer"]);
            DecoderScheduler = RequestScheduler.Load(manifest, "decoder_scheduler");
            SuperResolutionScheduler = RequestScheduler.Load(manifest, "super_res_scheduler");
            TextEncoder = _owned.Own(manifest.Load("text_encoder", options, cancellationToken));
            TextProjection = _owned.Own(manifest.Load("text_proj", options, cancellationToken));
            Decoder = _owned.Own(manifest.Load("decoder", options, cancellationToken));
            SuperResolutionFirst = _owned.Own(manifest.Load("super_res_first", options, cancellationToken));
            SuperResolutionLast = manifest.Has("super_res_last") ? _owned.Own(manifest.Load("super_res_last", options, cancellationToken)) : SuperResolutionFirst;
            ImageEncoder = manifest.Has("image_encoder") ? _owned.Own(manifest.Load("image_encoder", options, cancellationToken)) : null;
            if (manifest.Has("prior"))
            {
                ClipPrior.CheckStatistics(manifest, "prior");
                Prior = _owned.Own(manifest.Load("prior", options, cancellationToken));
                PriorScheduler = RequestScheduler.Load(manifest, "prior_scheduler");
            }

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

    public SchedulerConfig DecoderScheduler { get; }

    public SchedulerConfig SuperResolutionScheduler { get; }

    public SchedulerConfig? PriorScheduler { get; }

    public OnnxModel TextEncoder { get; }

    public OnnxModel TextProjection { get; }

    public OnnxModel Decoder { get; }

    public OnnxModel SuperResolutionFirst { get; }

    /// <summary>The model of the last step; the first one's again where there is none.</summary>
    public OnnxModel SuperResolutionLast { get; }

    public OnnxModel? ImageEncoder { get; }

    /// <summary>Over the two encoders; null where they do not map into one space.</summary>
    public PictureEmbedder? Embedder { get; }

    public OnnxModel? Prior { get; }

    public static UnClipModel Load(ModelManifest manifest, OnnxModelOptions options, PipelineLimits limits, CancellationToken cancellationToken) => new(manifest, options, limits, cancellationToken);

    public void Dispose() => _owned.Dispose();

    /// <summary>These graphs know one size.</summary>
    public void CheckSize(CheckedRequest asked)
    {
        if (asked.Width != Info.NativeSize || asked.Height != Info.NativeSize)
            throw new GenerationException("size_not_supported", FormattableString.Invariant($"The model '{Info.Name}' makes pictures of {Info.NativeSize} x {Info.NativeSize} px only."));
    }

    /// <summary>
    /// The pixel decoder with its conditions: text_proj makes extra tokens and a shift of the time embedding of the image embedding
    /// (Ramesh et al. 2022, §2.1). It is exported with guidance on, so it gives the pair: row 0 is its learnt "no picture".
    /// </summary>
    public GuidedUNet BindDecoder(TensorScope scope, CheckedRequest asked, ReadOnlySpan<int> latents, ClipText text, Tensor embedding, CancellationToken cancellationToken)
    {
        var (length, extra) = (text.Hidden.Shape[1], Manifest.ClipExtraContextTokens);
        var hidden = scope.New(2, length + extra, WidthOf(TextProjection.Outputs["hidden_states"].Dimensions[2], Manifest.CrossAttentionDim));
        var time = scope.New(2, WidthOf(TextProjection.Outputs["additive_clip_time_embeddings"].Dimensions[1], Manifest.TimeEmbedDim));
        TextProjection.RunOnce(
            new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["image_embeddings"] = embedding, ["text_embeddings"] = text.Pooled, ["text_encoder_hidden_states"] = text.Hidden },
            new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["hidden_states"] = hidden, ["additive_clip_time_embeddings"] = time },
            cancellationToken);
        FiniteCheck.Check(hidden.Span, "text_proj");

        // The extra tokens stand in front and are always attended to.
        var mask = scope.New(2, length + extra);
        for (var row = 0; row < 2; row++)
        {
            mask.Row(row)[..extra].Fill(1f);
            text.Mask.Row(row).CopyTo(mask.Row(row)[extra..]);
        }

        var learns = asked.Scheduler == SchedulerKind.UnClip && DecoderScheduler.VarianceType is VarianceType.Learned or VarianceType.LearnedRange;
        return new GuidedUNet(
            Decoder,
            "decoder",
            scope,
            asked.IsGuided ? asked.GuidanceScale : null,
            latents,
            Manifest.UnetInChannels,
            Manifest.UnetOutChannels,
            learns && Manifest.LearnsVariance,
            new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["encoder_hidden_states"] = hidden, ["class_labels"] = time, ["attention_mask"] = mask });
    }

    /// <summary>A super-resolution U-Net, bound: it sees the small picture, enlarged, beside what it denoises.</summary>
    public static GuidedUNet BindSuperResolution(OnnxModel unet, string part, TensorScope scope, ReadOnlySpan<int> latents, float[] enlarged)
    {
        var bound = new GuidedUNet(unet, part, scope, guidanceScale: null, latents, 6, WidthOf(unet.Outputs["out_sample"].Dimensions[1], 3), keepsVariance: false, new Dictionary<string, Tensor>(StringComparer.Ordinal));
        bound.SetRest(enlarged);
        return bound;
    }

    private static int WidthOf(int declared, int otherwise) => declared > 0 ? declared : otherwise;

    private PipelineInfo Describe() =>
        new()
        {
            Name = Manifest.Name,
            Family = Manifest.FamilyName,
            Provider = Decoder.Provider,
            Tasks = Manifest.Tasks(),
            NativeSize = Manifest.SuperResolutionSize,
            SizeMultiple = Manifest.SuperResolutionSize,
            DefaultSteps = Manifest.DefaultSteps,
            DefaultGuidanceScale = Manifest.DefaultGuidanceScale,
            DefaultScheduler = DecoderScheduler.Kind,
            TakesImageEmbedding = true,
            HasPrior = Prior is not null,
            MaxPromptTokens = Manifest.MaxPromptTokens,
            PriorTakesNegativePrompt = Prior is not null && Manifest.PriorGuidanceScale > 1f,
        };
}
