using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Previews;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Diffusion.Tokenizers;

namespace CanvasWeb.Diffusion.Pipelines.StableDiffusionXL;

/// <summary>The loaded parts of an SDXL export (Podell et al. 2023, arXiv 2307.01952), Turbo and latent consistency models among them.</summary>
internal sealed class StableDiffusionXLModel : IDisposable
{
    private readonly TensorScope _owned = new();

    private StableDiffusionXLModel(ModelManifest manifest, OnnxModelOptions options, PipelineLimits limits, CancellationToken cancellationToken)
    {
        Manifest = manifest;
        Limits = limits;
        try
        {
            Tokenizer = ClipTokenizer.Load(manifest.Tokenizers["tokenizer"]);
            Scheduler = RequestScheduler.Load(manifest, "scheduler");
            TextEncoder = _owned.Own(manifest.Load("text_encoder", options, cancellationToken));
            Tokenizer2 = ClipTokenizer.Load(manifest.Tokenizers["tokenizer_2"]);
            TextEncoder2 = _owned.Own(manifest.Load("text_encoder_2", options, cancellationToken));
            UNet = _owned.Own(manifest.Load("unet", options, cancellationToken));
            VaeDecoder = _owned.Own(manifest.Load("vae_decoder", options, cancellationToken));
            VaeEncoder = manifest.Has("vae_encoder") ? _owned.Own(manifest.Load("vae_encoder", options, cancellationToken)) : null;
            PreviewDecoder = manifest.Has("preview_decoder") ? _owned.Own(manifest.Load("preview_decoder", options, cancellationToken)) : null;
            PreviewScale = PreviewDecoder is null ? 0 : OutputProbe.Scale(PreviewDecoder, manifest.LatentChannels);
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

    /// <summary>The same vocabulary with another padding token.</summary>
    public ClipTokenizer Tokenizer2 { get; }

    public SchedulerConfig Scheduler { get; }

    public OnnxModel TextEncoder { get; }

    public OnnxModel TextEncoder2 { get; }

    public OnnxModel UNet { get; }

    public OnnxModel VaeDecoder { get; }

    public OnnxModel? VaeEncoder { get; }

    public OnnxModel? PreviewDecoder { get; }

    public int PreviewScale { get; }

    /// <summary>The U-Net takes the guidance scale as an embedding: one pass a step (Luo et al. 2023, arXiv 2310.04378).</summary>
    public bool IsDistilled => Manifest.IsDistilled;

    public static StableDiffusionXLModel Load(ModelManifest manifest, OnnxModelOptions options, PipelineLimits limits, CancellationToken cancellationToken) => new(manifest, options, limits, cancellationToken);

    public void Dispose() => _owned.Dispose();

    /// <summary>Previews of latents of this size: a tiny decoder where the folder has one, else the linear map.</summary>
    public ILatentPreview? NewPreview(TensorScope scope, int height, int width)
    {
        if (PreviewDecoder is not null)
            return scope.Own(new DecoderPreview(PreviewDecoder, PreviewScale, 1f / Manifest.PreviewScalingFactor, Manifest.PreviewShiftFactor, Manifest.LatentChannels, height, width));
        return Manifest.LatentChannels == 4 ? scope.Own(LinearPreview.ForStableDiffusionXL(height, width)) : null;
    }

    /// <summary>
    /// Podell et al. 2023, §2.1: the penultimate hidden states of both encoders side by side, <c>[rows, length, width1 + width2]</c>, and
    /// the second one's pooled text, <c>[rows, projection]</c>. Row 0 is the negative prompt, an empty one zeros where the model says so; for
    /// one pass there is the prompt's row alone.
    /// </summary>
    public (Tensor Hidden, Tensor Pooled) EncodeText(TensorScope scope, CheckedRequest asked, CancellationToken cancellationToken)
    {
        var length = Manifest.MaxPromptTokens;
        var texts = asked.Texts(asPair: asked.IsGuided && !IsDistilled);
        var pooled = scope.New(texts.Length, TextEncoder2.Outputs["text_embeds"].Dimensions[1] is > 0 and var size ? size : Manifest.ProjectionDim);
        var first = Penultimate(scope, TextEncoder, "text_encoder", Tokenizer, null, texts, length, cancellationToken);
        var second = Penultimate(scope, TextEncoder2, "text_encoder_2", Tokenizer2, pooled, texts, length, cancellationToken);
        var (width1, width2) = (first.Shape[2], second.Shape[2]);
        var hidden = scope.New(texts.Length, length, width1 + width2);
        for (var token = 0; token < texts.Length * length; token++)
        {
            var to = hidden.Span.Slice(token * (width1 + width2), width1 + width2);
            first.Span.Slice(token * width1, width1).CopyTo(to);
            second.Span.Slice(token * width2, width2).CopyTo(to[width1..]);
        }

        if (Manifest.ForceZerosForEmptyPrompt && texts is ["", _])
        {
            hidden.Row(0).Clear();
            pooled.Row(0).Clear();
        }

        return (hidden, pooled);
    }

    /// <summary>
    /// The U-Net bound for latents of this size. The time ids (Podell et al. 2023, §2.2) say what an undamaged, uncropped picture of the
    /// size asked for would have: original height and width, crop top and left 0, target height and width.
    /// </summary>
    public GuidedUNet BindUNet(TensorScope scope, CheckedRequest asked, ReadOnlySpan<int> latents, Tensor hidden, Tensor pooled)
    {
        var timeIds = scope.New(2, 6);
        for (var row = 0; row < 2; row++)
            ((ReadOnlySpan<float>)[asked.Height, asked.Width, 0, 0, asked.Height, asked.Width]).CopyTo(timeIds.Row(row));
        var conditions = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["encoder_hidden_states"] = hidden, ["text_embeds"] = pooled, ["time_ids"] = timeIds };
        if (IsDistilled)
            conditions[DistilledGuidance.Port] = DistilledGuidance.Embed(scope, Manifest, asked.GuidanceScale);
        return new GuidedUNet(
            UNet,
            "unet",
            scope,
            asked.IsGuided && !IsDistilled ? asked.GuidanceScale : null,
            latents,
            Manifest.UnetInChannels,
            Manifest.UnetOutChannels,
            keepsVariance: false,
            conditions);
    }

    /// <summary>The tokens before the last layer, <c>[texts, length, width]</c>; fills the pooled text too where that is wanted.</summary>
    private Tensor Penultimate(TensorScope scope, OnnxModel encoder, string part, ClipTokenizer tokenizer, Tensor? pooled, string[] texts, int length, CancellationToken cancellationToken)
    {
        var port = GraphContract.PenultimateHiddenState(encoder) ?? throw new InvalidOperationException("The graph's ports were checked when it was loaded.");
        var ids = PromptTokens.Ids(scope, tokenizer, length, texts);
        var width = port.Dimensions[2] > 0 ? port.Dimensions[2] : Manifest.TextHiddenSizes.GetValueOrDefault(part);
        var hidden = scope.New(texts.Length, length, width);
        var outputs = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [port.Name] = hidden };
        if (pooled is not null)
            outputs["text_embeds"] = pooled;
        encoder.RunOnce(Ports.Single(encoder.Inputs, ids), outputs, cancellationToken);
        FiniteCheck.Check(hidden.Span, part);
        return hidden;
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
            MaxPromptTokens = Manifest.MaxPromptTokens,
            TakesNegativePrompt = !IsDistilled,
        };
}
