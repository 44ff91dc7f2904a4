using System.Text;
using CanvasWeb.Diffusion.Models;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// What <c>scheduler_config.json</c> of a diffusers export says. A null property was absent: each sampler then takes the value that
/// diffusers' class of that sampler has for it, also when a request runs a model with another sampler than its own.
/// </summary>
public sealed record SchedulerConfig
{
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
            return Parse(Encoding.UTF8.GetString(ConfigFile.ReadBytes(path, ConfigFile.MaxBytes)), path);
        }
        catch (RefusedException exception)
        {
            throw exception.ToFormatException();
        }
    }

    /// <summary>Reads the text of a <c>scheduler_config.json</c>.</summary>
    /// <param name="json">The text.</param>
    /// <param name="file">How messages call it.</param>
    /// <exception cref="ModelFormatException">Not JSON, an unknown class or a value that cannot be honoured; names the field.</exception>
    public static SchedulerConfig Parse(string json, string file)
    {
        try
        {
            // Python writes -Infinity for DPM-Solver's "lambda_min_clipped" unset, which JSON does not have.
            return Read(ConfigFile.Parse(Encoding.UTF8.GetBytes(json.Replace(": -Infinity", ": null", StringComparison.Ordinal)), file), file);
        }
        catch (RefusedException exception)
        {
            throw exception.ToFormatException();
        }
    }

    private static SchedulerConfig Read(ConfigFile fields, string file)
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
        var betas = ReadBetas(fields, steps);
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
            DisableCorrector = fields.Ints("disable_corrector", steps, 0, steps) ?? [],
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

    private static string? ReadSolverType(ConfigFile fields, SchedulerKind kind) => kind switch
    {
        SchedulerKind.DpmSolverPlusPlus2M => fields.OneOf("solver_type", "midpoint", "heun"),
        SchedulerKind.UniPc => fields.OneOf("solver_type", "bh1", "bh2"),
        _ => null,
    };

    /// <summary>N values in 0..1, or null.</summary>
    private static float[]? ReadBetas(ConfigFile fields, int steps)
    {
        // The next float below 1: a beta of 1 leaves nothing of the picture.
        var betas = fields.Floats("trained_betas", steps, 0, 0.99999994f);
        return betas is null || betas.Length == steps
            ? betas
            : throw new ModelFormatException(fields.File, $"\"trained_betas\" has {betas.Length} values, but should have {steps} (num_train_timesteps).");
    }
}
