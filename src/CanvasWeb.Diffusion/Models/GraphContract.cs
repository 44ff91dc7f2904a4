using System.Globalization;
using CanvasWeb.Diffusion.Onnx;

namespace CanvasWeb.Diffusion.Models;

/// <summary>
/// What pipelines bind of each graph, family by family. Names are those of diffusers' and Optimum's exporters, with the variants that
/// are met. A graph that lacks one of these ports, or wants to be fed another, is refused when it is loaded and not at the first picture.
/// </summary>
internal static class GraphContract
{
    private const string HiddenStates = "hidden_states.";

    private enum Kind
    {
        Float,
        Integer,

        /// <summary>Timesteps and time ids come as either.</summary>
        Number,

        /// <summary>Masks come as numbers or truth values.</summary>
        Any,
    }

    private sealed record Want(string[] Names, Kind Kind, params int[] Ranks);

    /// <param name="Inputs">Fed by the pipeline, and there in every export.</param>
    /// <param name="Outputs">Read by the pipeline.</param>
    private sealed record Contract(Want[] Inputs, Want[] Outputs)
    {
        /// <summary>Fed where the graph has them.</summary>
        public Want[] Optional { get; init; } = [];

        /// <summary>The hidden states before the last layer are read.</summary>
        public bool NeedsHiddenStates { get; init; }
    }

    private static readonly Want Timestep = new(["timestep", "timesteps", "t"], Kind.Number, 0, 1, 2);
    private static readonly Want Sample = new(["sample"], Kind.Float, 4);
    private static readonly Want OutSample = new(["out_sample"], Kind.Float, 4);
    private static readonly Want Tokens = new(["encoder_hidden_states"], Kind.Float, 3);
    private static readonly Want Ids = new(["input_ids"], Kind.Integer, 2);
    private static readonly Want LastHiddenState = new(["last_hidden_state"], Kind.Float, 3);
    private static readonly Want Pooled = new(["text_embeds"], Kind.Float, 2);
    private static readonly Want PriorText = new(["proj_embedding", "text_embeds"], Kind.Float, 2);
    private static readonly Want ImageEmbeds = new(["image_embeds"], Kind.Float, 2);
    private static readonly Want AttentionMask = new(["attention_mask"], Kind.Any, 2);
    private static readonly Want OnePass = new(["guidance"], Kind.Float, 1);
    private static readonly Want TimestepCond = new(["timestep_cond"], Kind.Float, 2);

    /// <summary>The components that have a contract.</summary>
    public static IEnumerable<string> Components =>
    [
        "text_encoder", "text_encoder_2", "prior_text_encoder", "unet", "decoder", "super_res_first", "super_res_last", "text_proj", "prior", "prior_prior",
        "vae_encoder", "movq_encoder", "vae_decoder", "movq_decoder", "preview_decoder", "image_encoder", "prior_image_encoder", "upscaler",
    ];

    /// <summary>Why the pipeline of the manifest's family cannot bind the graph, or null.</summary>
    public static string? Violation(ModelManifest manifest, string component, OnnxModel model)
    {
        if (ContractOf(manifest, component) is not { } contract)
            return null;
        foreach (var want in contract.Inputs)
        {
            if (Violation(want, model.FindInput(want.Names), "input", model.Inputs) is { } violation)
                return violation;
        }

        foreach (var want in contract.Optional)
        {
            if (model.FindInput(want.Names) is { } port && Violation(want, port, "input", model.Inputs) is { } violation)
                return violation;
        }

        foreach (var want in contract.Outputs)
        {
            if (Violation(want, model.FindOutput(want.Names), "output", model.Outputs) is { } violation)
                return violation;
        }

        if (contract.NeedsHiddenStates && PenultimateHiddenState(model) is null)
            return "gives no hidden states (hidden_states.0, hidden_states.1, ...), but SDXL needs those before the last layer: export it with output_hidden_states.";

        // Every input has to be fed at each run, so one that nobody feeds is no smaller fault than one that is missing.
        var fed = contract.Inputs.Concat(contract.Optional).Select(want => model.FindInput(want.Names)).ToHashSet();
        return model.Inputs.Values.FirstOrDefault(port => !fed.Contains(port)) is { } strange
            ? $"has the input {strange}, which the pipeline of {manifest.FamilyName} does not feed: it is an export for another pipeline (ControlNet, adapter, refiner), or needs support here."
            : null;
    }

    /// <summary>Exports name hidden states <c>hidden_states.0</c> (the embeddings) to <c>hidden_states.N</c> (the last layer); N − 1 is what SDXL takes.</summary>
    public static OnnxPort? PenultimateHiddenState(OnnxModel encoder)
    {
        var last = encoder.Outputs.Keys.Where(name => name.StartsWith(HiddenStates, StringComparison.Ordinal))
            .Select(name => int.TryParse(name.AsSpan(HiddenStates.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : -1)
            .DefaultIfEmpty(-1).Max();
        return last < 1 ? null : encoder.FindOutput(FormattableString.Invariant($"{HiddenStates}{last - 1}")) is { Rank: 3 } port ? port : null;
    }

    private static Contract? ContractOf(ModelManifest manifest, string component) => component switch
    {
        "text_encoder" or "text_encoder_2" or "prior_text_encoder" => TextEncoder(manifest, component),
        "unet" or "decoder" => Denoiser(manifest),
        "super_res_first" or "super_res_last" => new([Sample, Timestep], [OutSample]),
        "text_proj" => new(
            [new(["image_embeddings"], Kind.Float, 2), new(["text_embeddings"], Kind.Float, 2), new(["text_encoder_hidden_states"], Kind.Float, 3)],
            [new(["hidden_states"], Kind.Float, 3), new(["additive_clip_time_embeddings"], Kind.Float, 2)]),
        "prior" or "prior_prior" => new([new(["hidden_states", "sample"], Kind.Float, 2), Timestep, PriorText, Tokens], [new(["predicted_image_embedding"], Kind.Float, 2)])
        {
            // canvas-mini's prior was trained on padded prompts without a mask.
            Optional = manifest.Family == ModelFamily.CanvasMini ? [] : [AttentionMask],
        },
        "vae_encoder" or "movq_encoder" => new([Sample], [new(["latent_sample", "latent_parameters", "latents"], Kind.Float, 4)]),
        "vae_decoder" or "movq_decoder" or "preview_decoder" => new([new(["latent_sample"], Kind.Float, 4)], [Sample]),
        "image_encoder" or "prior_image_encoder" => new([new(["pixel_values"], Kind.Float, 4)], [ImageEmbeds]),
        "upscaler" => new([Sample], [new(["upscaled_sample"], Kind.Float, 4)]),
        _ => null,
    };

    private static Contract TextEncoder(ModelManifest manifest, string component) => manifest.Family switch
    {
        ModelFamily.StableDiffusion => new([Ids], [LastHiddenState]),
        ModelFamily.StableDiffusionXl => new([Ids], component == "text_encoder_2" ? [Pooled] : []) { NeedsHiddenStates = true },
        ModelFamily.UnClip or ModelFamily.Kandinsky22 => new([Ids], [LastHiddenState, Pooled]),
        ModelFamily.CanvasMini => new([Ids], manifest.UsePrior ? [LastHiddenState, Pooled] : [LastHiddenState]),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Contract Denoiser(ModelManifest manifest)
    {
        Want[] distilled = manifest.IsDistilled ? [TimestepCond] : [];
        return manifest.Family switch
        {
            ModelFamily.StableDiffusion => new([Sample, Timestep, Tokens, .. distilled], [OutSample]),
            ModelFamily.StableDiffusionXl => new([Sample, Timestep, Tokens, Pooled, new(["time_ids"], Kind.Number, 2), .. distilled], [OutSample]),
            ModelFamily.UnClip => new([Sample, Timestep, Tokens, new(["class_labels"], Kind.Float, 2)], [OutSample]) { Optional = [AttentionMask] },
            ModelFamily.Kandinsky22 => new([Sample, Timestep, ImageEmbeds], [OutSample]),

            // A picture's embedding, drawn by the prior or encoded, is of no use to a U-Net that does not look at it.
            ModelFamily.CanvasMini when manifest.UsePrior || manifest.Has("image_encoder") => new([Sample, Timestep, Tokens, ImageEmbeds], [OutSample]) { Optional = [OnePass] },
            ModelFamily.CanvasMini => new([Sample, Timestep, Tokens], [OutSample]) { Optional = [ImageEmbeds, OnePass] },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static string? Violation(Want want, OnnxPort? port, string role, IReadOnlyDictionary<string, OnnxPort> ports)
    {
        if (port is null)
            return $"has no {role} {string.Join(" or ", want.Names)}; it has {string.Join(", ", ports.Values)}.";
        if (port.Type == OnnxElementType.Unsupported)
            return $"{role} {port.Name} has a type that cannot be bound.";
        var isFloat = port.Type is OnnxElementType.Float32 or OnnxElementType.Float16 or OnnxElementType.BFloat16 or OnnxElementType.Float64;
        var fits = want.Kind switch
        {
            Kind.Float => isFloat,
            Kind.Integer => port.IsInteger,
            Kind.Number => isFloat || port.IsInteger,
            Kind.Any => true,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (!fits)
            return $"{role} {port} should hold {(want.Kind == Kind.Integer ? "integers" : "floating-point numbers")}.";
        return want.Ranks.Contains(port.Rank) ? null : $"{role} {port} should have {string.Join(" or ", want.Ranks)} dimensions.";
    }
}
