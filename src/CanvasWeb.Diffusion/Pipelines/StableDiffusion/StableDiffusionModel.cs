using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Previews;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Diffusion.Tokenizers;

namespace CanvasWeb.Diffusion.Pipelines.StableDiffusion;

/// <summary>
/// The loaded parts of a Stable Diffusion 1.x or 2.x export (Rombach et al. 2022, arXiv 2112.10752), Turbo and latent consistency
/// models among them.
/// </summary>
internal sealed class StableDiffusionModel : IDisposable
{
    private readonly TensorScope _owned = new();

    private StableDiffusionModel(ModelManifest manifest, OnnxModelOptions options, PipelineLimits limits, CancellationToken cancellationToken)
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

    public SchedulerConfig Scheduler { get; }

    public OnnxModel TextEncoder { get; }

    public OnnxModel UNet { get; }

    public OnnxModel VaeDecoder { get; }

    public OnnxModel? VaeEncoder { get; }

    public OnnxModel? PreviewDecoder { get; }

    public int PreviewScale { get; }

    /// <summary>The U-Net takes the guidance scale as an embedding: one pass a step, see LatentConsistency.</summary>
    public bool IsDistilled => Manifest.IsDistilled;

    public static StableDiffusionModel Load(ModelManifest manifest, OnnxModelOptions options, PipelineLimits limits, CancellationToken cancellationToken) => new(manifest, options, limits, cancellationToken);

    public void Dispose() => _owned.Dispose();

    /// <summary>Previews of latents of this size: a tiny decoder where the folder has one, else the linear map.</summary>
    public ILatentPreview? NewPreview(TensorScope scope, int height, int width)
    {
        if (PreviewDecoder is not null)
            return scope.Own(new DecoderPreview(PreviewDecoder, PreviewScale, 1f / Manifest.PreviewScalingFactor, Manifest.PreviewShiftFactor, Manifest.LatentChannels, height, width));
        return Manifest.LatentChannels == 4 ? scope.Own(LinearPreview.ForStableDiffusion(height, width)) : null;
    }

    /// <summary>Tokens of the negative prompt (row 0) and of the prompt (row 1), or of the prompt alone for one pass: CLIP's last hidden state, <c>[rows, length, width]</c>.</summary>
    public Tensor EncodeText(TensorScope scope, CheckedRequest asked, CancellationToken cancellationToken)
    {
        var length = Manifest.MaxPromptTokens;
        var texts = asked.Texts(asPair: asked.IsGuided && !IsDistilled);
        var ids = PromptTokens.Ids(scope, Tokenizer, length, texts);
        var width = TextEncoder.Outputs["last_hidden_state"].Dimensions[2];
        var hidden = scope.New(texts.Length, length, width > 0 ? width : Manifest.CrossAttentionDim);
        TextEncoder.RunOnce(Ports.Single(TextEncoder.Inputs, ids), new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["last_hidden_state"] = hidden }, cancellationToken);
        FiniteCheck.Check(hidden.Span, "text_encoder");
        return hidden;
    }

    /// <summary>The U-Net bound for latents of this size; a guidance scale of 1 or less is one pass.</summary>
    public GuidedUNet BindUNet(TensorScope scope, CheckedRequest asked, ReadOnlySpan<int> latents, Tensor hidden) =>
        new(UNet, "unet", scope, asked.IsGuided ? asked.GuidanceScale : null, latents, Manifest.UnetInChannels, Manifest.UnetOutChannels, keepsVariance: false, new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["encoder_hidden_states"] = hidden });

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
