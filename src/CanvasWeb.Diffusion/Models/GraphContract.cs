using CanvasWeb.Diffusion.Onnx;

namespace CanvasWeb.Diffusion.Models;

/// <summary>
/// What pipelines bind of each kind of graph. Names are those of diffusers' and Optimum's exporters, with the variants that
/// are met; only what every export of the kind has is demanded.
/// </summary>
internal static class GraphContract
{
    private enum Kind
    {
        Float,
        Integer,

        /// <summary>Timesteps come as either.</summary>
        Number,
    }

    private sealed record Want(string[] Names, Kind Kind, params int[] Ranks);

    private sealed record Contract(Want[] Inputs, Want[] Outputs);

    private static readonly Want Timestep = new(["timestep", "timesteps", "t"], Kind.Number, 0, 1, 2);
    private static readonly Want Sample = new(["sample"], Kind.Float, 4);
    private static readonly Want OutSample = new(["out_sample"], Kind.Float, 4);
    private static readonly Contract Denoiser = new([Sample, Timestep], [OutSample]);
    private static readonly Contract TextEncoder = new([new(["input_ids"], Kind.Integer, 2)], [new(["last_hidden_state"], Kind.Float, 3)]);
    private static readonly Contract PooledTextEncoder = new(TextEncoder.Inputs, [new(["last_hidden_state"], Kind.Float, 3), new(["text_embeds"], Kind.Float, 2)]);
    private static readonly Contract LatentEncoder = new([Sample], [new(["latent_sample", "latent_parameters", "latents"], Kind.Float, 4)]);
    private static readonly Contract LatentDecoder = new([new(["latent_sample"], Kind.Float, 4)], [Sample]);
    private static readonly Contract ImageEncoder = new([new(["pixel_values"], Kind.Float, 4)], [new(["image_embeds"], Kind.Float, 2)]);
    private static readonly Contract Prior = new([new(["sample", "hidden_states"], Kind.Float, 2), Timestep, new(["encoder_hidden_states"], Kind.Float, 3)], [new(["predicted_image_embedding"], Kind.Float, 2)]);

    private static readonly Dictionary<string, Contract> Contracts = new(StringComparer.Ordinal)
    {
        ["text_encoder"] = TextEncoder,
        ["text_encoder_2"] = PooledTextEncoder,
        ["prior_text_encoder"] = PooledTextEncoder,
        ["unet"] = Denoiser,
        ["decoder"] = Denoiser,
        ["super_res_first"] = Denoiser,
        ["super_res_last"] = Denoiser,
        ["vae_encoder"] = LatentEncoder,
        ["movq_encoder"] = LatentEncoder,
        ["vae_decoder"] = LatentDecoder,
        ["movq_decoder"] = LatentDecoder,
        ["preview_decoder"] = LatentDecoder,
        ["image_encoder"] = ImageEncoder,
        ["prior_image_encoder"] = ImageEncoder,
        ["prior"] = Prior,
        ["prior_prior"] = Prior,
        ["upscaler"] = new([Sample], [new(["upscaled_sample"], Kind.Float, 4)]),
        ["text_proj"] = new(
            [new(["image_embeddings"], Kind.Float, 2), new(["text_embeddings"], Kind.Float, 2), new(["text_encoder_hidden_states"], Kind.Float, 3)],
            [new(["hidden_states"], Kind.Float, 3), new(["additive_clip_time_embeddings"], Kind.Float, 2)]),
    };

    /// <summary>The components that have a contract.</summary>
    public static IEnumerable<string> Components => Contracts.Keys;

    /// <summary>What the graph lacks, or null.</summary>
    public static string? Violation(string component, OnnxModel model)
    {
        if (!Contracts.TryGetValue(component, out var contract))
            return null;
        foreach (var want in contract.Inputs)
        {
            if (Violation(want, model.FindInput(want.Names), "input", model.Inputs) is { } violation)
                return violation;
        }

        foreach (var want in contract.Outputs)
        {
            if (Violation(want, model.FindOutput(want.Names), "output", model.Outputs) is { } violation)
                return violation;
        }

        // Every input has to be fed at each run, so one that nobody can bind is no smaller fault than one that is missing.
        return model.Inputs.Values.FirstOrDefault(port => port.Type == OnnxElementType.Unsupported) is { } strange
            ? $"input {strange.Name} has a type that cannot be bound."
            : null;
    }

    private static string? Violation(Want want, OnnxPort? port, string role, IReadOnlyDictionary<string, OnnxPort> ports)
    {
        if (port is null)
            return $"has no {role} {string.Join(" or ", want.Names)}; it has {string.Join(", ", ports.Values)}.";
        var isFloat = port.Type is OnnxElementType.Float32 or OnnxElementType.Float16 or OnnxElementType.BFloat16 or OnnxElementType.Float64;
        var fits = want.Kind switch
        {
            Kind.Float => isFloat,
            Kind.Integer => port.IsInteger,
            Kind.Number => isFloat || port.IsInteger,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (!fits)
            return $"{role} {port} should hold {(want.Kind == Kind.Integer ? "integers" : "floating-point numbers")}.";
        return want.Ranks.Contains(port.Rank) ? null : $"{role} {port} should have {string.Join(" or ", want.Ranks)} dimensions.";
    }
}
