using CanvasWeb.Diffusion.Onnx;

namespace CanvasWeb.Diffusion.Models;

/// <summary>
/// What a model folder says about itself, checked. Every number that a pipeline needs is here, so that no pipeline asks a model for
/// its name. A value comes from <c>model_index.json</c> where that has it, else from the part's <c>config.json</c>, else from the
/// family's usual value.
/// </summary>
public sealed record ModelManifest
{
    /// <summary>Most denoising steps: of a folder's defaults, and of a request where nobody sets another limit. More steps than this have no use with any sampler here.</summary>
    public const int MaxSteps = 200;

    /// <summary>The folder's own name.</summary>
    public required string Name { get; init; }

    /// <summary>Full path.</summary>
    public required string Folder { get; init; }

    public required ModelFamily Family { get; init; }

    /// <summary>The graphs that are there, by the name that pipelines use.</summary>
    public required IReadOnlyDictionary<string, ModelComponent> Components { get; init; }

    /// <summary>Folders with <c>vocab.json</c> and <c>merges.txt</c>: "tokenizer", "tokenizer_2", "prior_tokenizer".</summary>
    public required IReadOnlyDictionary<string, string> Tokenizers { get; init; }

    /// <summary><c>scheduler_config.json</c> files: "scheduler", "prior_scheduler", "decoder_scheduler", "super_res_scheduler".</summary>
    public required IReadOnlyDictionary<string, string> Schedulers { get; init; }

    /// <summary>Every file that decides what the model draws: configs, graphs, weights beside graphs, tokenizers. Full paths, sorted by their relative path.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Pixels.</summary>
    public required int NativeWidth { get; init; }

    /// <summary>Pixels.</summary>
    public required int NativeHeight { get; init; }

    /// <summary>Cells a side that the denoiser was made for: the native width over <see cref="VaeScaleFactor"/>, or the pixels of Karlo's decoder before super-resolution.</summary>
    public required int UnetSampleSize { get; init; }

    /// <summary>Channels that are denoised: 4 for most latents, 3 where pixels themselves are.</summary>
    public required int LatentChannels { get; init; }

    /// <summary>Channels that the denoiser's <c>sample</c> wants: the latent's, plus mask and masked picture for inpainting models.</summary>
    public required int UnetInChannels { get; init; }

    /// <summary>Channels that the denoiser gives; twice the latent's where it also learnt the variance.</summary>
    public required int UnetOutChannels { get; init; }

    /// <summary>True where <c>sample</c> is latent, mask, masked picture's latent, in this order: the 9-channel inpainting models.</summary>
    public bool HasMaskChannels => UnetInChannels == 2 * LatentChannels + 1;

    /// <summary>True where the second half of the denoiser's channels is the variance (Nichol and Dhariwal 2021).</summary>
    public bool LearnsVariance => UnetOutChannels == 2 * LatentChannels;

    /// <summary>Pixels per latent cell, each way; 1 for pixel models.</summary>
    public required int VaeScaleFactor { get; init; }

    /// <summary>
    /// Width and height of a picture must be multiples of this many pixels: each level of the U-Net but the last halves its input, and
    /// an exported graph cannot pad an odd one. From "size_multiple" of the index, else the VAE's factor times 2 to the levels less one.
    /// </summary>
    public required int SizeMultiple { get; init; }

    /// <summary>The denoiser works on <c>(latent - ShiftFactor) * ScalingFactor</c>.</summary>
    public required float ScalingFactor { get; init; }

    public float ShiftFactor { get; init; }

    /// <summary>The preview decoder's own factor, 1 for those that work on the denoiser's scale (TAESD); the VAE's where its config is silent.</summary>
    public float PreviewScalingFactor { get; init; } = 1f;

    /// <summary>Likewise, added after the division.</summary>
    public float PreviewShiftFactor { get; init; }

    /// <summary>The latent of mid grey, one value a channel, in the denoiser's scale: stands in for the masked picture where there is none. Null: zeros.</summary>
    public IReadOnlyList<float>? GreyLatent { get; init; }

    /// <summary>True: 1 in the mask channel means paint; false: 1 means keep.</summary>
    public bool MaskOneMeansPaint { get; init; } = true;

    public required int DefaultSteps { get; init; }

    public required float DefaultGuidanceScale { get; init; }

    /// <summary>Steps of the prior; 0 without one.</summary>
    public int PriorSteps { get; init; }

    public float PriorGuidanceScale { get; init; }

    /// <summary>Steps of super-resolution; 0 without one.</summary>
    public int SuperResolutionSteps { get; init; }

    /// <summary>Positions of the text encoder, start and end token included.</summary>
    public required int MaxPromptTokens { get; init; }

    /// <summary>Width of an image embedding; 0 without one.</summary>
    public int EmbeddingSize { get; init; }

    /// <summary>Mean that the prior's output was normalised with, <see cref="EmbeddingSize"/> values, or null (Karlo, Kandinsky: <c>clip_mean</c>).</summary>
    public IReadOnlyList<float>? PriorMean { get; init; }

    /// <summary>Standard deviation likewise (<c>clip_std</c>).</summary>
    public IReadOnlyList<float>? PriorStd { get; init; }

    /// <summary>Side in pixels of the picture that the image encoder takes; 0 without one.</summary>
    public int ImageEncoderSize { get; init; }

    /// <summary>Per channel, of pixels in 0..1, before the image encoder.</summary>
    public IReadOnlyList<float> ImageMean { get; init; } = [.5f, .5f, .5f];

    public IReadOnlyList<float> ImageStd { get; init; } = [.5f, .5f, .5f];

    /// <summary>Width of the text tokens that the denoiser attends to; 0 where it has none.</summary>
    public int CrossAttentionDim { get; init; }

    /// <summary>Width of each text encoder's tokens, by component.</summary>
    public IReadOnlyDictionary<string, int> TextHiddenSizes { get; init; } = new Dictionary<string, int>();

    /// <summary>Width of the pooled text embedding; 0 without one.</summary>
    public int ProjectionDim { get; init; }

    /// <summary>Width of the guidance embedding <c>timestep_cond</c> of distilled models (LCM); 0 without one.</summary>
    public int TimeCondProjDim { get; init; }

    /// <summary>True where the denoiser takes the guidance scale as an embedding (<see cref="TimeCondProjDim"/>): one pass a step, no pair.</summary>
    public bool IsDistilled => TimeCondProjDim > 0;

    /// <summary>canvas-mini: the prior is there and is to be used ("use_prior" of the index).</summary>
    public bool UsePrior { get; init; }

    /// <summary>
    /// canvas-mini: whether the prior is also used where a part of the picture is known ("use_prior_inpaint" of the index, by default yes).
    /// A prior decides on a whole picture and does not see the known part, so its colours may disagree with it.
    /// </summary>
    public bool UsePriorForInpaint { get; init; }

    /// <summary>canvas-mini: scales that the U-Net was distilled to do in one pass through its <c>guidance</c> port ("one_pass_guidance"); null: none.</summary>
    public (float Least, float Most)? OnePassGuidance { get; init; }

    /// <summary>SDXL: an empty negative prompt is zeros, not the encoder's answer to nothing.</summary>
    public bool ForceZerosForEmptyPrompt { get; init; }

    /// <summary>Extra tokens that Karlo's projection makes of the image embedding.</summary>
    public int ClipExtraContextTokens { get; init; }

    /// <summary>Width of Karlo's additive time embedding.</summary>
    public int TimeEmbedDim { get; init; }

    /// <summary>Pixels a side after super-resolution; 0 without it.</summary>
    public int SuperResolutionSize { get; init; }

    /// <summary>"stable-diffusion", "stable-diffusion-xl", "unclip", "kandinsky-2.2", "canvas-mini".</summary>
    public string FamilyName => Family switch
    {
        ModelFamily.StableDiffusion => "stable-diffusion",
        ModelFamily.StableDiffusionXl => "stable-diffusion-xl",
        ModelFamily.UnClip => "unclip",
        ModelFamily.Kandinsky22 => "kandinsky-2.2",
        ModelFamily.CanvasMini => "canvas-mini",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public bool Has(string component) => Components.ContainsKey(component);

    /// <summary>Loads a graph and checks its ports against what pipelines bind. The caller owns it.</summary>
    /// <param name="component">A key of <see cref="Components"/>.</param>
    /// <exception cref="ModelFormatException">The file is broken, lacks an input or output that the family's pipeline binds, wants another one, or has one of the wrong type or rank.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public OnnxModel Load(string component, OnnxModelOptions options, CancellationToken cancellationToken)
    {
        if (!Components.TryGetValue(component, out var part))
            throw new ModelFormatException(Folder, $"has no {component}; it has {string.Join(", ", Components.Keys)}");
        var model = OnnxModel.Load(part.GraphFile, options, cancellationToken);
        if (GraphContract.Violation(this, component, model) is not { } violation)
            return model;
        model.Dispose();
        throw new ModelFormatException(part.GraphFile, violation);
    }
}
