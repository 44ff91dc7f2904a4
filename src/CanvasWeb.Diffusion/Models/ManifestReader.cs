namespace CanvasWeb.Diffusion.Models;

/// <summary>
/// The numbers of a model folder, one method a concern. Each comes from <c>model_index.json</c>, else from the part's <c>config.json</c>,
/// else from <see cref="FamilyDefaults"/>.
/// </summary>
internal sealed class ManifestReader
{
    private const int MaxPixels = 8192;
    private const int MaxWidth = 65_536;

    /// <summary>Enough for every published export, and small enough that sizes computed from it stay far from overflow.</summary>
    private const int MaxChannels = 256;

    /// <summary>Latent consistency models are made for 2 to 4: Luo et al. 2023, arXiv 2310.04378.</summary>
    private const int DistilledSteps = 4;

    private readonly string _folder;
    private readonly ModelFamily _family;
    private readonly FamilyDefaults _usual;
    private readonly ConfigFile _index;
    private readonly FoundParts _parts;
    private readonly Dictionary<string, ConfigFile> _configs;
    private readonly ConfigFile _denoiser;
    private readonly ConfigFile _vae;
    private readonly ConfigFile _prior;
    private readonly ConfigFile _imageEncoder;
    private readonly bool _hasPrior;

    /// <exception cref="RefusedException">A config is broken.</exception>
    public ManifestReader(string folder, ModelFamily family, ConfigFile index, FoundParts parts)
    {
        (_folder, _family, _index, _parts) = (folder, family, index, parts);
        _usual = FamilyDefaults.Of(family);
        _configs = parts.Graphs.Values.ToDictionary(part => part.Name, part => part.ConfigFile is null ? ConfigFile.Absent(part.GraphFile) : ConfigFile.Read(part.ConfigFile), StringComparer.Ordinal);
        _denoiser = Config(_usual.Denoiser);
        _vae = Config(_usual.Autoencoder + "_decoder");
        if (_vae.Find("block_out_channels") is null && _vae.Find("latent_channels") is null)
            _vae = Config(_usual.Autoencoder + "_encoder");
        _prior = Config(_usual.PriorPrefix + "prior");
        _imageEncoder = Config(_usual.PriorPrefix + "image_encoder");
        _hasPrior = parts.Graphs.ContainsKey(_usual.PriorPrefix + "prior");
    }

    /// <exception cref="RefusedException">A value is of the wrong type or out of range, or values do not fit each other.</exception>
    public ModelManifest Read()
    {
        var channels = ReadChannels();
        var (scaleFactor, sizeMultiple) = ReadScale();
        var superResolution = ReadSuperResolution();
        var (height, width) = ReadNativeSize(scaleFactor, superResolution);
        var embedding = _index.Int("embedding_size", 1, MaxWidth) ?? _prior.Int("embedding_dim", 1, MaxWidth) ?? _imageEncoder.Int("projection_dim", 1, MaxWidth) ?? 0;
        var processor = _parts.Preprocessors.Values.FirstOrDefault() is { } file ? ConfigFile.Read(file) : ConfigFile.Absent("preprocessor_config.json");
        var texts = _configs.Where(pair => pair.Key.Contains("text_encoder", StringComparison.Ordinal)).ToList();
        var distilled = _denoiser.Int("time_cond_proj_dim", 1, MaxWidth);
        var scaling = ReadScalingFactor();
        var shift = _vae.Float("shift_factor", -1e4f, 1e4f) ?? 0f;
        if (_hasPrior && !_parts.Schedulers.ContainsKey("prior_scheduler"))
            throw new RefusedException(ModelRefusalCode.ComponentMissing, Path.Combine(_folder, "prior_scheduler", "scheduler_config.json"), "does not exist, but there is a prior.", "Copy the whole export, or export the model again.");
        return new ModelManifest
        {
            Name = Path.GetFileName(_folder),
            Folder = _folder,
            Family = _family,
            Components = _parts.Graphs,
            Tokenizers = _parts.Tokenizers,
            Schedulers = _parts.Schedulers,
            Files = [.. _parts.Files.Distinct(StringComparer.Ordinal).OrderBy(file => Path.GetRelativePath(_folder, file), StringComparer.Ordinal)],
            NativeWidth = width,
            NativeHeight = height,
            UnetSampleSize = _usual.IsPixels ? _denoiser.Size("sample_size", 1, MaxPixels)?.Width ?? 64 : width / scaleFactor,
            LatentChannels = channels.Latent,
            UnetInChannels = channels.In,
            UnetOutChannels = channels.Out,
            VaeScaleFactor = scaleFactor,
            SizeMultiple = sizeMultiple,
            ScalingFactor = scaling,
            ShiftFactor = shift,
            PreviewScalingFactor = Config("preview_decoder").Float("scaling_factor", 1e-4f, 1e4f) ?? scaling,
            PreviewShiftFactor = Config("preview_decoder").Float("shift_factor", -1e4f, 1e4f) ?? shift,
            GreyLatent = ReadGreyLatent(channels.Latent),
            MaskOneMeansPaint = ReadMaskConvention(),
            DefaultSteps = _index.Int("default_steps", 1, ModelManifest.MaxSteps) ?? (distilled is null ? _usual.Steps : DistilledSteps),
            DefaultGuidanceScale = _index.Float("default_guidance_scale", 0f, 100f) ?? _index.Float("default_guidance", 0f, 100f) ?? (distilled is null ? _usual.GuidanceScale : _usual.DistilledGuidanceScale),
            PriorSteps = _hasPrior ? _index.Int("prior_steps", 1, ModelManifest.MaxSteps) ?? _usual.PriorSteps : 0,
            PriorGuidanceScale = _hasPrior ? _index.Float("prior_guidance_scale", 0f, 100f) ?? _usual.PriorGuidanceScale : 0f,
            UsePrior = _hasPrior && (_index.Bool("use_prior") ?? true),
            UsePriorForInpaint = _index.Bool("use_prior_inpaint") ?? true,
            SuperResolutionSteps = _parts.Graphs.ContainsKey("super_res_first") ? _index.Int("super_res_steps", 2, ModelManifest.MaxSteps) ?? 7 : 0,
            SuperResolutionSize = superResolution,
            MaxPromptTokens = _index.Int("max_prompt_tokens", 3, 4096) ?? _index.Int("max_text_tokens", 3, 4096)
                ?? texts.Select(pair => pair.Value.Int("max_position_embeddings", 3, 4096)).FirstOrDefault(tokens => tokens is not null) ?? 77,
            EmbeddingSize = embedding,
            PriorMean = ReadStatistics("clip_mean", -1e4f, embedding),
            PriorStd = ReadStatistics("clip_std", 1e-6f, embedding),
            ImageEncoderSize = _parts.Graphs.ContainsKey(_usual.PriorPrefix + "image_encoder")
                ? _index.Int("image_encoder_size", 8, 2048) ?? _imageEncoder.Int("image_size", 8, 2048) ?? processor.Size("crop_size", 8, 2048)?.Width ?? 224
                : 0,
            ImageMean = ReadPerChannel(processor, "image_mean", -1f, _usual.ImageMean),
            ImageStd = ReadPerChannel(processor, "image_std", 1e-3f, _usual.ImageStd),
            CrossAttentionDim = _denoiser.IntOrFirst("cross_attention_dim", 1, MaxWidth) ?? 0,
            TextHiddenSizes = texts.Select(pair => (pair.Key, Width: pair.Value.Int("hidden_size", 1, MaxWidth))).Where(pair => pair.Width is not null).ToDictionary(pair => pair.Key, pair => pair.Width.GetValueOrDefault(), StringComparer.Ordinal),
            ProjectionDim = texts.Select(pair => pair.Value.Int("projection_dim", 1, MaxWidth)).LastOrDefault(size => size is not null) ?? embedding,
            TimeCondProjDim = distilled ?? 0,
            OnePassGuidance = ReadOnePassGuidance(),
            ForceZerosForEmptyPrompt = _index.Bool("force_zeros_for_empty_prompt") ?? _family == ModelFamily.StableDiffusionXl,
            ClipExtraContextTokens = Config("text_proj").Int("clip_extra_context_tokens", 0, 1024) ?? (_parts.Graphs.ContainsKey("text_proj") ? 4 : 0),
            TimeEmbedDim = Config("text_proj").Int("time_embed_dim", 1, MaxWidth) ?? 0,
        };
    }

    private ConfigFile Config(string name) => _configs.GetValueOrDefault(name) ?? ConfigFile.Absent(name);

    private (int Latent, int In, int Out) ReadChannels()
    {
        var declared = _denoiser.Int("in_channels", 1, MaxChannels);
        var latent = _index.Int("latent_channels", 1, 64) ?? _vae.Int("latent_channels", 1, 64) ?? (_usual.IsPixels ? declared ?? 3 : 4);
        var withMask = (2 * latent) + 1;
        var @in = declared ?? (_usual.HasMaskChannels ? withMask : latent);
        var @out = _denoiser.Int("out_channels", 1, MaxChannels) ?? (_usual.LearnsVariance ? 2 * latent : latent);
        if (@in != latent && @in != withMask)
            throw new RefusedException(ModelRefusalCode.InvalidValue, _denoiser.File, FormattableString.Invariant($"\"in_channels\" is {@in}, but should be {latent} (the latent) or {withMask} (with mask and masked picture)."));
        if (@out != latent && @out != 2 * latent)
            throw new RefusedException(ModelRefusalCode.InvalidValue, _denoiser.File, FormattableString.Invariant($"\"out_channels\" is {@out}, but should be {latent} (the latent) or {2 * latent} (with its variance)."));
        if (@in == withMask && !_usual.HasMaskChannels)
            CheckInpainting();
        return (latent, @in, @out);
    }

    /// <summary>Only inpainting is left to a denoiser with mask channels, and it starts from an encoded picture; canvas-mini's was trained for everything.</summary>
    private void CheckInpainting()
    {
        var encoder = _usual.Autoencoder + "_encoder";
        if (!_parts.Graphs.ContainsKey(encoder))
            throw new RefusedException(ModelRefusalCode.ComponentMissing, Path.Combine(_folder, encoder, "model.onnx"), "does not exist, but the U-Net is one for inpainting: there is nothing that it could do.", "Copy the whole export, or export the model again.");
        if (_denoiser.Find("time_cond_proj_dim") is not null)
            throw new RefusedException(ModelRefusalCode.InvalidValue, _denoiser.File, "is distilled to one pass a step (\"time_cond_proj_dim\") and for inpainting (\"in_channels\"), which do not go together here.");
    }

    private (int Factor, int Multiple) ReadScale()
    {
        var factor = _index.Int("vae_scale_factor", 1, 64) ?? (_usual.IsPixels ? 1 : 1 << ((_vae.Count("block_out_channels", 7) ?? 4) - 1));
        var multiple = _index.Int("size_multiple", 1, MaxPixels) ?? factor << ((_denoiser.Count("block_out_channels", 8) ?? _usual.Levels) - 1);
        return multiple % factor == 0
            ? (factor, multiple)
            : throw new RefusedException(ModelRefusalCode.InvalidValue, _index.File, FormattableString.Invariant($"\"size_multiple\" is {multiple}, but should be a multiple of the VAE's {factor}."));
    }

    private float ReadScalingFactor() =>
        _index.Float("scaling_factor", 1e-4f, 1e4f) ?? (_usual.ReadsScalingFactor ? _vae.Float("scaling_factor", 1e-4f, 1e4f) : null) ?? _usual.ScalingFactor;

    /// <summary>Pixels a side; 0 without super-resolution.</summary>
    private int ReadSuperResolution() =>
        (Config("super_res_last").Size("sample_size", 1, MaxPixels) ?? Config("super_res_first").Size("sample_size", 1, MaxPixels))?.Width ?? (_family == ModelFamily.UnClip ? 256 : 0);

    /// <summary>In the index sample_size is pixels, in a U-Net's config latent cells.</summary>
    private (int Height, int Width) ReadNativeSize(int scaleFactor, int superResolution)
    {
        var native = _index.Size("sample_size", scaleFactor, MaxPixels)
            ?? (superResolution > 0 ? (superResolution, superResolution)
                : _denoiser.Size("sample_size", 1, MaxPixels) is { } cells ? (cells.Height * scaleFactor, cells.Width * scaleFactor)
                : (_usual.NativeSide, _usual.NativeSide));
        native = (_index.Int("native_height", scaleFactor, MaxPixels) ?? native.Height, _index.Int("native_width", scaleFactor, MaxPixels) ?? native.Width);
        return native.Height <= MaxPixels && native.Width <= MaxPixels && native.Height % scaleFactor == 0 && native.Width % scaleFactor == 0
            ? native
            : throw new RefusedException(ModelRefusalCode.InvalidValue, _index.File, FormattableString.Invariant($"gives a native size of {native.Width}x{native.Height} pixels, which is past {MaxPixels} or no multiple of {scaleFactor}."));
    }

    private float[]? ReadGreyLatent(int latentChannels)
    {
        var grey = _index.Floats("grey_latent", 64, -1e4f, 1e4f);
        return grey is null || grey.Length == latentChannels
            ? grey
            : throw new RefusedException(ModelRefusalCode.InvalidValue, _index.File, FormattableString.Invariant($"\"grey_latent\" has {grey.Length} values, but the latent has {latentChannels} channels."));
    }

    private float[]? ReadStatistics(string field, float least, int embedding)
    {
        var values = _prior.Floats(field, MaxWidth, least, 1e4f);
        return values is null || values.Length == embedding || values.Length == 1
            ? values
            : throw new RefusedException(ModelRefusalCode.InvalidValue, _prior.File, FormattableString.Invariant($"\"{field}\" has {values.Length} values, but an embedding has {embedding}."));
    }

    private float[] ReadPerChannel(ConfigFile processor, string field, float least, float[] usual)
    {
        var values = processor.Floats(field, 3, least, 10f) ?? _index.Floats(field, 3, least, 10f) ?? usual;
        return values.Length == 3 ? values : throw new RefusedException(ModelRefusalCode.InvalidValue, processor.File, $"\"{field}\" should have three values, one a channel.");
    }

    private (float Least, float Most)? ReadOnePassGuidance() => _index.Floats("one_pass_guidance", 2, 0f, 100f) switch
    {
        null => null,
        [var least, var most] when least <= most => (least, most),
        var range => throw new RefusedException(ModelRefusalCode.InvalidValue, _index.File, FormattableString.Invariant($"\"one_pass_guidance\" is [{string.Join(", ", range)}], but should be the least and the most scale, for example [1, 7].")),
    };

    private bool ReadMaskConvention()
    {
        // Written for people ("1 = repaint, 0 = keep"), so only the meaning of 1 is looked at.
        if (_index.Text("mask_convention", 200) is not { } text)
            return true;
        var words = text.Split([' ', '=', ',', ':'], StringSplitOptions.RemoveEmptyEntries);
        var one = Array.IndexOf(words, "1");
        return (one >= 0 && one + 1 < words.Length ? words[one + 1] : "") switch
        {
            "repaint" or "paint" or "make" or "generate" => true,
            "keep" or "known" => false,
            _ => throw new RefusedException(ModelRefusalCode.InvalidValue, _index.File, $"\"mask_convention\" is \"{text}\", but should say \"1 = repaint\" or \"1 = keep\"."),
        };
    }
}
