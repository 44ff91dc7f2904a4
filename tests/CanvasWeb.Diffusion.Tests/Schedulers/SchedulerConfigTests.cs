using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Testing;

namespace CanvasWeb.Diffusion.Tests.Schedulers;

public sealed class SchedulerConfigTests
{
    [Theory]
    [InlineData("DDIMScheduler", typeof(DdimScheduler))]
    [InlineData("DDPMScheduler", typeof(DdpmScheduler))]
    [InlineData("EulerDiscreteScheduler", typeof(EulerScheduler))]
    [InlineData("EulerAncestralDiscreteScheduler", typeof(EulerAncestralScheduler))]
    [InlineData("HeunDiscreteScheduler", typeof(HeunScheduler))]
    [InlineData("LMSDiscreteScheduler", typeof(LmsScheduler))]
    [InlineData("PNDMScheduler", typeof(PndmScheduler))]
    [InlineData("DPMSolverMultistepScheduler", typeof(DpmSolverPlusPlus2MScheduler))]
    [InlineData("UniPCMultistepScheduler", typeof(UniPcScheduler))]
    [InlineData("LCMScheduler", typeof(LcmScheduler))]
    [InlineData("TCDScheduler", typeof(TcdScheduler))]
    [InlineData("UnCLIPScheduler", typeof(UnClipScheduler))]
    [InlineData("FlowMatchEulerDiscreteScheduler", typeof(FlowMatchEulerScheduler))]
    public void Every_class_name_makes_its_sampler(string className, Type sampler) =>
        Assert.IsType(sampler, SchedulerFactory.Create(Parse($$"""{ "_class_name": "{{className}}" }""")));

    [Fact]
    public void Every_config_in_the_golden_models_is_honoured()
    {
        var files = Directory.GetFiles(RepositoryFiles.PathTo("tests", "golden", "models"), "scheduler_config.json", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
            SchedulerFactory.Create(SchedulerConfig.Load(file)).SetTimesteps(4);
    }

    [Fact]
    public void A_real_config_is_read_whole()
    {
        // The fields of Stable Diffusion 1.5's and of a DPM-Solver++ export, with what Python writes for no clipping.
        var config = Parse("""
            { "_class_name": "DPMSolverMultistepScheduler", "_diffusers_version": "0.21.0", "algorithm_type": "dpmsolver++", "beta_end": 0.012,
              "beta_schedule": "scaled_linear", "beta_start": 0.00085, "lambda_min_clipped": -Infinity, "lower_order_final": true,
              "num_train_timesteps": 1000, "prediction_type": "epsilon", "solver_order": 2, "solver_type": "midpoint", "steps_offset": 1,
              "thresholding": false, "timestep_spacing": "leading", "trained_betas": null, "use_karras_sigmas": true, "variance_type": null,
              "clip_sample": false, "set_alpha_to_one": false, "skip_prk_steps": true, "sample_max_value": 1.0, "euler_at_final": false }
            """);
        Assert.Equal((SchedulerKind.DpmSolverPlusPlus2M, 1000, 0.00085, 0.012), (config.Kind, config.NumTrainTimesteps, config.BetaStart, config.BetaEnd));
        Assert.Equal((BetaSchedule.ScaledLinear, TimestepSpacing.Leading, 1, true), (config.BetaSchedule, config.TimestepSpacing, config.StepsOffset, config.UseKarrasSigmas));
        Assert.Equal((null, "midpoint", false, true), (config.LambdaMinClipped, config.SolverType, config.SetAlphaToOne, config.SkipPrkSteps));
        Assert.Null(config.VarianceType);
    }

    [Fact]
    public void Clipping_lambda_leaves_the_noisiest_steps_out()
    {
        var config = Parse("""{ "_class_name": "DPMSolverMultistepScheduler", "beta_schedule": "squaredcos_cap_v2", "lambda_min_clipped": -5.1 }""");
        var scheduler = SchedulerFactory.Create(config);
        scheduler.SetTimesteps(20);
        Assert.InRange(scheduler.Timesteps[0], 990, 998);
    }

    [Fact]
    public void Betas_one_by_one_take_the_place_of_the_schedule()
    {
        var scheduler = (DdpmScheduler)SchedulerFactory.Create(Parse("""{ "_class_name": "DDPMScheduler", "num_train_timesteps": 3, "trained_betas": [0.1, 0.2, 0.3], "variance_type": "fixed_large" }"""));
        scheduler.SetTimesteps(3);
        Assert.Equal(0.3f, scheduler.Variance(0), 1e-6f);
        Assert.Equal(0.1f, scheduler.Variance(2), 1e-6f);
    }

    [Theory]
    [InlineData("{", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("{}", "_class_name")]
    [InlineData("""{ "_class_name": "KarrasVeScheduler" }""", "_class_name")]
    [InlineData("""{ "_class_name": 7 }""", "_class_name")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "beta_schedule": "exp" }""", "beta_schedule")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "num_train_timesteps": 0 }""", "num_train_timesteps")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "num_train_timesteps": 1e300 }""", "num_train_timesteps")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "num_train_timesteps": 10.5 }""", "num_train_timesteps")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "beta_end": "0.02" }""", "beta_end")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "beta_end": 2 }""", "beta_end")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "clip_sample": 1 }""", "clip_sample")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "prediction_type": "score" }""", "prediction_type")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "steps_offset": 1000 }""", "steps_offset")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "trained_betas": [0.1] }""", "trained_betas")]
    [InlineData("""{ "_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "sde-dpmsolver++" }""", "algorithm_type")]
    [InlineData("""{ "_class_name": "DPMSolverMultistepScheduler", "solver_type": "bh2" }""", "solver_type")]
    [InlineData("""{ "_class_name": "DPMSolverMultistepScheduler", "use_lu_lambdas": true }""", "use_lu_lambdas")]
    [InlineData("""{ "_class_name": "UniPCMultistepScheduler", "predict_x0": false }""", "predict_x0")]
    [InlineData("""{ "_class_name": "EulerDiscreteScheduler", "timestep_type": "continuous" }""", "timestep_type")]
    [InlineData("""{ "_class_name": "EulerDiscreteScheduler", "sigma_max": 80 }""", "sigma_max")]
    [InlineData("""{ "_class_name": "FlowMatchEulerDiscreteScheduler", "use_dynamic_shifting": true }""", "use_dynamic_shifting")]
    public void What_cannot_be_honoured_is_refused_with_file_and_field(string json, string field)
    {
        var refused = Assert.Throws<ModelFormatException>(() => Parse(json));
        Assert.Equal("scheduler/scheduler_config.json", refused.File);
        Assert.Contains(field, refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "_class_name": "DDPMScheduler", "variance_type": "learned" }""", "variance_type")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "use_karras_sigmas": true }""", "use_karras_sigmas")]
    [InlineData("""{ "_class_name": "DDIMScheduler", "prediction_type": "flow_prediction" }""", "prediction_type")]
    [InlineData("""{ "_class_name": "UnCLIPScheduler", "prediction_type": "v_prediction" }""", "prediction_type")]
    [InlineData("""{ "_class_name": "PNDMScheduler", "prediction_type": "sample" }""", "prediction_type")]
    public void What_one_sampler_cannot_do_is_refused_when_it_is_made(string json, string field) =>
        Assert.Contains(field, Assert.Throws<ModelFormatException>(() => SchedulerFactory.Create(Parse(json))).Reason, StringComparison.Ordinal);

    [Fact]
    public void Missing_files_are_refused_with_their_name() =>
        Assert.EndsWith("nowhere.json", Assert.Throws<ModelFormatException>(() => SchedulerConfig.Load("nowhere.json")).File, StringComparison.Ordinal);

    [Fact]
    public void A_request_may_run_a_model_with_another_sampler_of_its_kind()
    {
        var diffusion = Parse("""{ "_class_name": "PNDMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "skip_prk_steps": true, "steps_offset": 1, "clip_sample": false }""");
        var flow = Parse("""{ "_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0 }""");
        foreach (var kind in Enum.GetValues<SchedulerKind>())
        {
            if (kind == SchedulerKind.FlowMatchEuler)
            {
                Assert.Contains("flow matching", Assert.Throws<SamplerRequestException>(() => SchedulerFactory.Create(diffusion, kind)).Message, StringComparison.Ordinal);
                Assert.IsType<FlowMatchEulerScheduler>(SchedulerFactory.Create(flow, kind));
            }
            else
            {
                SchedulerFactory.Create(diffusion, kind).SetTimesteps(8);
                Assert.Contains("flow matching", Assert.Throws<SamplerRequestException>(() => SchedulerFactory.Create(flow, kind)).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Another_sampler_keeps_the_noise_that_the_model_was_trained_with()
    {
        // An unCLIP prior leaves its cosine betas to its class; DDIM's own default is linear.
        var config = Parse("""{ "_class_name": "UnCLIPScheduler", "prediction_type": "sample" }""");
        var scheduler = SchedulerFactory.Create(config, SchedulerKind.Ddim);
        scheduler.SetTimesteps(2);
        var noisy = new float[1];
        scheduler.AddNoise(0, [1f], [0f], noisy);
        // ᾱ at training step 500, as in Cumulative_alphas_are_those_of_pytorch.
        Assert.Equal(500f, scheduler.Timesteps[0]);
        Assert.Equal(Math.Sqrt(0.492285043), noisy[0], 1e-6);
    }

    [Fact]
    public void Blocks_that_are_marked_as_copied_are_equal_to_where_they_come_from()
    {
        var folder = RepositoryFiles.PathTo("src", "CanvasWeb.Diffusion", "Schedulers");
        const string Mark = "// Copied from ";
        var copies = 0;
        foreach (var file in Directory.GetFiles(folder, "*.cs"))
        {
            var lines = File.ReadAllLines(file).Select(line => line.Trim()).ToArray();
            for (var i = 0; i < lines.Length; i++)
            {
                if (!lines[i].StartsWith(Mark, StringComparison.Ordinal))
                    continue;
                // A copied block goes from the mark to the next empty line.
                var block = string.Join('\n', lines.Skip(i + 1).TakeWhile(line => line.Length > 0));
                var source = Path.Combine(folder, lines[i][Mark.Length..].Split('.')[0] + ".cs");
                Assert.True(string.Join('\n', File.ReadLines(source).Select(line => line.Trim())).Contains(block, StringComparison.Ordinal), $"{file}({i + 1}) is no longer equal to {source}.");
                copies++;
            }
        }

        Assert.InRange(copies, 5, 50);
    }

    [Fact]
    public void Eta_is_for_samplers_that_have_one()
    {
        var config = Parse("""{ "_class_name": "DDIMScheduler" }""");
        Assert.Equal(0.4f, ((DdimScheduler)SchedulerFactory.Create(config, eta: 0.4f)).Eta);
        Assert.Equal(0.4f, ((TcdScheduler)SchedulerFactory.Create(config, SchedulerKind.Tcd, 0.4f)).Gamma);
        Assert.Throws<SamplerRequestException>(() => SchedulerFactory.Create(config, SchedulerKind.Euler, 0.4f));
        Assert.Throws<ArgumentOutOfRangeException>(() => SchedulerFactory.Create(config, eta: 1.5f));
    }

    [Theory]
    // torch.cumprod(1 - torch.linspace(...), 0) of PyTorch 1.13.1, entries 0, 1, 500, 998, 999.
    [InlineData(BetaSchedule.Linear, 0.0001, 0.02, false, new[] { 0.999899983f, 0.999780059f, 0.0777966604f, 4.11819456e-05f, 4.03583072e-05f })]
    [InlineData(BetaSchedule.ScaledLinear, 0.00085, 0.012, false, new[] { 0.999149978f, 0.998296022f, 0.276332498f, 0.00471669622f, 0.00466009602f })]
    [InlineData(BetaSchedule.ScaledLinear, 0.00085, 0.012, true, new[] { 0.999149978f, 0.998233497f, 0.241018593f, 1.96789003e-07f, 0f })]
    [InlineData(BetaSchedule.SquaredCosine, 0.0, 0.0, false, new[] { 0.999958694f, 0.99991256f, 0.492285043f, 2.42876627e-06f, 2.42873499e-09f })]
    public void Cumulative_alphas_are_those_of_pytorch(BetaSchedule schedule, double start, double end, bool zeroSnr, float[] expected)
    {
        var alphas = new NoiseSchedule(new() { Kind = SchedulerKind.Ddim, BetaStart = start, BetaEnd = end, BetaSchedule = schedule, RescaleBetasZeroSnr = zeroSnr }).AlphasCumprod;
        int[] at = [0, 1, 500, 998, 999];
        for (var i = 0; i < at.Length; i++)
        {
            // Rescaling to zero SNR ends in the difference of two nearly equal numbers, whose last bits depend on PyTorch's vector width.
            Assert.Equal(expected[i], alphas[at[i]], Math.Abs(expected[i]) * (zeroSnr && at[i] > 500 ? 1e-4f : 3e-7f));
        }
    }

    private static SchedulerConfig Parse(string json) => SchedulerConfig.Parse(json, "scheduler/scheduler_config.json");
}
