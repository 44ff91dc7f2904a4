using System.Text.Json;
using CanvasWeb.Diffusion.Models;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// What <c>scheduler_config.json</c> of a diffusers export says. A null property was absent: each sampler then takes the value that
/// diffusers' class of that sampler has for it, also when a request runs a model with another sampler than its own.
/// </summary>
public sealed record SchedulerConfig
{
    /// <summary>Longest file that is read: real ones are under 2 KB, with trained betas under 40 KB.</summary>
    private const int MaxFileBytes = 1 << 20;

    /// <summary>Most training steps that are accepted; each costs a few table entries.</summary>
    private const int MaxTrainTimesteps = 100_000;

    /// <summary>Where it was read from, for messages.</summary>
    public string File { get; init; } = "scheduler_config.json";

    /// <summary>The sampler that the class name stands for.</summary>
    public required SchedulerKind Kind { get; init; }

    /// <summary>Training steps N; model timesteps run from 0 to N − 1.</summary>
    public int NumTrainTimesteps { get; init; } = 1000;

    public double? BetaStart { get; init; }

    public double? BetaEnd { get; init; }

    public BetaSchedule? BetaSchedule { get; init; }

    /// <summary>Betas given one by one, N of them; takes the place of the schedule.</summary>
    public IReadOnlyList<float>? TrainedBetas { get; init; }

    public PredictionType? PredictionType { get; init; }

    public TimestepSpacing? TimestepSpacing { get; init; }

    /// <summary>Added to every timestep of leading spacing; Stable Diffusion 1 and 2 use 1.</summary>
    public int StepsOffset { get; init; }

    /// <summary>True: the last DDIM or PNDM step goes to ᾱ = 1; false: to the ᾱ of training step 0.</summary>
    public bool? SetAlphaToOne { get; init; }

    /// <summary>Limit the estimate of the clean sample to ±<see cref="ClipSampleRange"/>. Right for pixels, wrong for latents.</summary>
    public bool? ClipSample { get; init; }

    public float ClipSampleRange { get; init; } = 1f;

    /// <summary>Dynamic thresholding of the clean estimate (Saharia et al. 2022, Imagen, §2.3).</summary>
    public bool Thresholding { get; init; }

    public float DynamicThresholdingRatio { get; init; } = 0.995f;

    public float SampleMaxValue { get; init; } = 1f;

    /// <summary>Betas rescaled to zero terminal SNR (Lin et al. 2024, algorithm 1).</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    /// <summary>Noise levels of Karras et al. 2022, eq. 5.</summary>
    public bool UseKarrasSigmas { get; init; }

    public int SolverOrder { get; init; } = 2;

    /// <summary>"midpoint" or "heun" for DPM-Solver++, "bh1" or "bh2" for UniPC.</summary>
    public string? SolverType { get; init; }

    public bool LowerOrderFinal { get; init; } = true;

    /// <summary>DPM-Solver++ ends with one Euler step.</summary>
    public bool EulerAtFinal { get; init; }

    /// <summary>Steps of UniPC that skip the corrector.</summary>
    public IReadOnlyList<int> DisableCorrector { get; init; } = [];

    public FinalSigma? FinalSigma { get; init; }

    /// <summary>DPM-Solver++ leaves out training steps whose λ = log(α / σ) is below this; null keeps all.</summary>
    public double? LambdaMinClipped { get; init; }

    /// <summary>PNDM starts with linear multistep at once instead of with Runge–Kutta steps.</summary>
    public bool SkipPrkSteps { get; init; }

    /// <summary>Steps of the schedule that a consistency model was distilled on (LCM, TCD).</summary>
    public int OriginalInferenceSteps { get; init; } = 50;

    /// <summary>Factor of the timestep in LCM's boundary conditions.</summary>
    public float TimestepScaling { get; init; } = 10f;

    public VarianceType? VarianceType { get; init; }

    /// <summary>Time shift of flow matching for the picture's size (Esser et al. 2024, eq. 23).</summary>
    public float Shift { get; init; } = 1f;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Of <c>scheduler_config.json</c>.</param>
    /// <exception cref="ModelFormatException">Missing, not JSON, an unknown class or a value that cannot be honoured; names the field.</exception>
    public static SchedulerConfig Load(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes)
                throw new ModelFormatException(path, $"is longer than {MaxFileBytes} bytes.");
            return Parse(System.IO.File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(path, $"cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads the text of a <c>scheduler_config.json</c>.</summary>
    /// <param name="json">The text.</param>
    /// <param name="file">How messages call it.</param>
    /// <exception cref="ModelFormatException">Not JSON, an unknown class or a value that cannot be honoured; names the field.</exception>
    public static SchedulerConfig Parse(string json, string file)
    {
        JsonDocument document;
        try
        {
            // Python writes -Infinity for DPM-Solver's "lambda_min_clipped" unset, which JSON does not have.
            document = JsonDocument.Parse(json.Replace(": -Infinity", ": null", StringComparison.Ordinal), new JsonDocumentOptions { MaxDepth = 8 });
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(file, $"is not valid JSON: {e.Message}", e);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ModelFormatException(file, "must hold one JSON object.");
            return Read(new Fields(document.RootElement, file), file);
        }
    }

    private static SchedulerConfig Read(Fields fields, string file)
    {
        var kind = fields.Choice<SchedulerKind>("_class_name",
            ("DDIMScheduler", SchedulerKind.Ddim), ("DDPMScheduler", SchedulerKind.Ddpm), ("EulerDiscreteScheduler", SchedulerKind.Euler),
            ("EulerAncestralDiscreteScheduler", SchedulerKind.EulerAncestral), ("HeunDiscreteScheduler", SchedulerKind.Heun),
            ("LMSDiscreteScheduler", SchedulerKind.Lms), ("PNDMScheduler", SchedulerKind.Pndm),
            ("DPMSolverMultistepScheduler", SchedulerKind.DpmSolverPlusPlus2M), ("UniPCMultistepScheduler", SchedulerKind.UniPc),
            ("LCMScheduler", SchedulerKind.Lcm), ("TCDScheduler", SchedulerKind.Tcd), ("UnCLIPScheduler", SchedulerKind.UnClip),
            ("FlowMatchEulerDiscreteScheduler", SchedulerKind.FlowMatchEuler))
            ?? throw new ModelFormatException(file, "has no \"_class_name\", so the sampler is unknown.");

        // Settings that change the picture and that no sampler here does. Better to refuse than to run something else.
        fields.Require("use_exponential_sigmas", false);
        fields.Require("use_beta_sigmas", false);
        fields.Require("use_lu_lambdas", false);
        fields.Require("use_flow_sigmas", false);
        fields.Require("use_dynamic_shifting", false);
        fields.Require("invert_sigmas", false);
        fields.Require("stochastic_sampling", false);
        fields.Require("predict_x0", true);
        fields.RequireNull("sigma_min");
        fields.RequireNull("sigma_max");
        fields.RequireNull("solver_p");
        fields.RequireNull("shift_terminal");
        fields.Choice<int>("interpolation_type", ("linear", 0));
        fields.Choice<int>("timestep_type", ("discrete", 0));
        if (kind == SchedulerKind.DpmSolverPlusPlus2M)
            fields.Choice<int>("algorithm_type", ("dpmsolver++", 0));

        var steps = fields.Int("num_train_timesteps", 1, MaxTrainTimesteps) ?? 1000;
        var betas = fields.FloatList("trained_betas", steps);
        return new SchedulerConfig
        {
            File = file,
            Kind = kind,
            NumTrainTimesteps = steps,
            BetaStart = fields.Number("beta_start", 0, 1),
            BetaEnd = fields.Number("beta_end", 0, 1),
            BetaSchedule = fields.Choice<BetaSchedule>("beta_schedule", ("linear", Schedulers.BetaSchedule.Linear),
                ("scaled_linear", Schedulers.BetaSchedule.ScaledLinear), ("squaredcos_cap_v2", Schedulers.BetaSchedule.SquaredCosine)),
            TrainedBetas = betas,
            PredictionType = fields.Choice<PredictionType>("prediction_type", ("epsilon", Schedulers.PredictionType.Epsilon),
                ("v_prediction", Schedulers.PredictionType.VPrediction), ("sample", Schedulers.PredictionType.Sample),
                ("flow_prediction", Schedulers.PredictionType.Flow)),
            TimestepSpacing = fields.Choice<TimestepSpacing>("timestep_spacing", ("leading", Schedulers.TimestepSpacing.Leading),
                ("trailing", Schedulers.TimestepSpacing.Trailing), ("linspace", Schedulers.TimestepSpacing.Linspace)),
            StepsOffset = fields.Int("steps_offset", 0, steps - 1) ?? 0,
            SetAlphaToOne = fields.Bool("set_alpha_to_one"),
            ClipSample = fields.Bool("clip_sample"),
            ClipSampleRange = (float)(fields.Number("clip_sample_range", 1e-6, 1e6) ?? 1),
            Thresholding = fields.Bool("thresholding") ?? false,
            DynamicThresholdingRatio = (float)(fields.Number("dynamic_thresholding_ratio", 0, 1) ?? 0.995),
            SampleMaxValue = (float)(fields.Number("sample_max_value", 1e-6, 1e6) ?? 1),
            RescaleBetasZeroSnr = fields.Bool("rescale_betas_zero_snr") ?? false,
            UseKarrasSigmas = fields.Bool("use_karras_sigmas") ?? false,
            SolverOrder = fields.Int("solver_order", 1, 3) ?? 2,
            SolverType = ReadSolverType(fields, kind),
            LowerOrderFinal = fields.Bool("lower_order_final") ?? true,
            EulerAtFinal = fields.Bool("euler_at_final") ?? false,
            DisableCorrector = fields.IntList("disable_corrector", steps) ?? [],
            FinalSigma = fields.Choice<FinalSigma>("final_sigmas_type", ("zero", Schedulers.FinalSigma.Zero), ("sigma_min", Schedulers.FinalSigma.SigmaMin)),
            LambdaMinClipped = fields.Number("lambda_min_clipped", double.MinValue, 100),
            SkipPrkSteps = fields.Bool("skip_prk_steps") ?? false,
            OriginalInferenceSteps = fields.Int("original_inference_steps", 1, steps) ?? Math.Min(50, steps),
            TimestepScaling = (float)(fields.Number("timestep_scaling", 1e-6, 1e6) ?? 10),
            VarianceType = fields.Choice<VarianceType>("variance_type", ("fixed_small", Schedulers.VarianceType.FixedSmall),
                ("fixed_small_log", Schedulers.VarianceType.FixedSmallLog), ("fixed_large", Schedulers.VarianceType.FixedLarge),
                ("fixed_large_log", Schedulers.VarianceType.FixedLargeLog), ("learned", Schedulers.VarianceType.Learned),
                ("learned_range", Schedulers.VarianceType.LearnedRange)),
            Shift = (float)(fields.Number("shift", 1e-3, 1e3) ?? 1),
        };
    }

    private static string? ReadSolverType(Fields fields, SchedulerKind kind) => kind switch
    {
        SchedulerKind.DpmSolverPlusPlus2M => fields.Text("solver_type", "midpoint", "heun"),
        SchedulerKind.UniPc => fields.Text("solver_type", "bh1", "bh2"),
        _ => null,
    };

    /// <summary>Typed access to the fields of the object, with the file and the field in every message. JSON null counts as absent.</summary>
    private readonly struct Fields(JsonElement root, string file)
    {
        public bool? Bool(string field) => Find(field) switch
        {
            null => null,
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False } => false,
            _ => throw Wrong(field, "must be true or false"),
        };

        public double? Number(string field, double least, double most)
        {
            if (Find(field) is not { } value)
                return null;
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number) || !(number >= least && number <= most))
                throw Wrong(field, FormattableString.Invariant($"must be a number from {least} to {most}"));
            return number;
        }

        public int? Int(string field, int least, int most)
        {
            if (Number(field, least, most) is not { } number)
                return null;
            return number == Math.Floor(number) ? (int)number : throw Wrong(field, "must be a whole number");
        }

        public float[]? FloatList(string field, int length)
        {
            if (Find(field) is not { } list)
                return null;
            if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != length)
                throw Wrong(field, $"must be a list of {length} numbers (num_train_timesteps)");
            var values = new float[length];
            for (var i = 0; i < length; i++)
            {
                if (list[i].ValueKind != JsonValueKind.Number || !(list[i].GetDouble() is >= 0 and < 1))
                    throw Wrong(field, $"holds something else than a number in 0..1 at position {i}");
                values[i] = list[i].GetSingle();
            }

            return values;
        }

        public List<int>? IntList(string field, int most)
        {
            if (Find(field) is not { } list)
                return null;
            if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > most)
                throw Wrong(field, "must be a list of step numbers");
            var values = new List<int>();
            foreach (var item in list.EnumerateArray())
                values.Add(item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var step) ? step : throw Wrong(field, "must be a list of step numbers"));
            return values;
        }

        public string? Text(string field, params ReadOnlySpan<string> allowed)
        {
            if (Find(field) is not { } value)
                return null;
            var text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            return text is not null && allowed.Contains(text)
                ? text
                : throw Wrong(field, $"is {value.GetRawText()}; known are {string.Join(", ", allowed.ToArray())}");
        }

        public T? Choice<T>(string field, params ReadOnlySpan<(string Name, T Value)> choices)
            where T : struct
        {
            var names = new string[choices.Length];
            for (var i = 0; i < names.Length; i++)
                names[i] = choices[i].Name;
            return Text(field, names) is { } text ? choices[Array.IndexOf(names, text)].Value : null;
        }

        /// <summary>The field may only be absent or hold the one value that the samplers here implement.</summary>
        public void Require(string field, bool only)
        {
            if (Bool(field) is { } value && value != only)
                throw Wrong(field, $"cannot be honoured; only {(only ? "true" : "false")} is implemented");
        }

        public void RequireNull(string field)
        {
            if (Find(field) is not null)
                throw Wrong(field, "cannot be honoured; only null is implemented");
        }

        private JsonElement? Find(string field) =>
            root.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

        private ModelFormatException Wrong(string field, string what) => new(file, $"\"{field}\" {what}.");
    }
}
