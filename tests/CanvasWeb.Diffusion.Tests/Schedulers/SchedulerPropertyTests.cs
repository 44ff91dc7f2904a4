using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Tests.Schedulers;

/// <summary>What must hold for every sampler, against models that are exact.</summary>
public sealed class SchedulerPropertyTests
{
    /// <summary>Standard deviation of the values of the pictures that the exact models know.</summary>
    private const double Spread = 0.6;

    private static readonly SchedulerConfig StableDiffusion = new()
    {
        Kind = SchedulerKind.Ddim, BetaStart = 0.00085, BetaEnd = 0.012, BetaSchedule = BetaSchedule.ScaledLinear, ClipSample = false, SetAlphaToOne = true, SkipPrkSteps = true,
    };

    /// <summary>The config of canvas-mini's decoder: v-prediction at zero terminal SNR.</summary>
    private static readonly SchedulerConfig ZeroSnr = StableDiffusion with { PredictionType = PredictionType.VPrediction, TimestepSpacing = TimestepSpacing.Trailing, RescaleBetasZeroSnr = true };

    public static TheoryData<string> Everything() => [.. Configs().Keys];

    public static TheoryData<string> Deterministic() => [.. Configs().Where(pair => IsDeterministic(pair.Value)).Select(pair => pair.Key)];

    public static TheoryData<string> StochasticForAnyModel() => [.. Configs().Where(pair => !IsDeterministic(pair.Value) && pair.Value.Kind != SchedulerKind.Tcd).Select(pair => pair.Key)];

    public static TheoryData<string> Stochastic() => [.. Configs().Where(pair => !IsDeterministic(pair.Value)).Select(pair => pair.Key)];

    [Theory]
    [MemberData(nameof(Everything))]
    public void A_model_that_knows_the_picture_gets_it_back_from_any_step(string name)
    {
        const int Steps = 12;
        var config = Configs()[name];
        var oracle = new Oracle(config);
        var (picture, unit) = (FullLoop.Sample(), Draw(768, "start"));
        for (var start = 0; start < Steps; start++)
        {
            var scheduler = Create(config);
            scheduler.SetTimesteps(Steps);
            var call = scheduler.CallIndexOfStep(start);
            var (sample, input, output, estimate) = (new float[768], new float[768], new float[768], new float[768]);
            scheduler.AddNoise(call, picture, unit, sample);
            for (; call < scheduler.Timesteps.Count; call++)
            {
                scheduler.ScaleModelInput(call, sample, input);
                oracle.Know(scheduler.Timesteps[call], input, picture, output);
                scheduler.Step(call, output, sample, estimate, new SeededNoise(3, 0));
                // At the noisiest steps ε holds the picture in its last digits only: float32's 1e-7 grows by σ / α.
                var (alpha, sigma) = oracle.Level(scheduler.Timesteps[call]);
                // Karras timesteps of the multistep samplers are rounded, so the model is asked beside the level.
                AssertClose(picture, estimate, (config.UseKarrasSigmas ? 0.02 : 2e-3) + (alpha > 0 ? 1e-6 * sigma / alpha : 0), $"{name}: the estimate at call {call} of a run from step {start}");
            }

            // Some end one training step short of no noise at all, by design; PNDM mixes v of different levels, which is not exact.
            var tolerance = config.Kind is SchedulerKind.Tcd || config.FinalSigma == FinalSigma.SigmaMin ? 0.15 : name == "pndm v" ? 0.05 : 2e-3;
            AssertClose(picture, sample, tolerance, $"{name}: the end of a run from step {start}");
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void AddNoise_gives_the_model_input_that_the_timestep_stands_for(string name)
    {
        var config = Configs()[name];
        var oracle = new Oracle(config);
        var scheduler = Create(config);
        scheduler.SetTimesteps(9);
        var (picture, unit, noisy, input) = (FullLoop.Sample(), Draw(768, "start"), new float[768], new float[768]);
        for (var call = 0; call < scheduler.Timesteps.Count; call++)
        {
            scheduler.AddNoise(call, picture, unit, noisy);
            scheduler.ScaleModelInput(call, noisy, input);
            var (alpha, sigma) = oracle.Level(scheduler.Timesteps[call]);
            var expected = picture.Zip(unit, (x, e) => (float)((alpha * x) + (sigma * e))).ToArray();
            // Karras timesteps are the logarithmic mean between training steps, levels here the linear one (and whole numbers in the multistep samplers).
            AssertClose(expected, input, config.UseKarrasSigmas ? 5e-3 : 2e-5, $"{name}: call {call}");
        }
    }

    [Theory]
    [MemberData(nameof(Deterministic))]
    public void Ode_samplers_reach_the_spread_of_normal_data_as_steps_grow(string name)
    {
        // All is linear in the starting noise, so one value tells the factor that each becomes.
        var config = Configs()[name];
        var coarse = Math.Abs((Factor(config, 12) / Spread) - 1);
        var fine = Math.Abs((Factor(config, 500) / Spread) - 1);
        Assert.True(fine < 0.01, $"{name}: {fine:P2} off after 500 steps.");
        Assert.True(fine < coarse || coarse < 0.003, $"{name}: {coarse:P2} off after 12 steps, {fine:P2} after 500.");
    }

    [Theory]
    [InlineData("euler", "heun")]
    [InlineData("euler", "lms")]
    [InlineData("euler", "dpm++ 2m")]
    [InlineData("dpm++ 1", "dpm++ 2m")]
    [InlineData("dpm++ 1", "dpm++ 2m heun v")]
    [InlineData("dpm++ 2m", "dpm++ 3m")]
    [InlineData("dpm++ 2m", "unipc")]
    [InlineData("dpm++ 1", "unipc bh1 v")]
    [InlineData("unipc", "unipc 3")]
    public void Higher_order_beats_lower_order(string lower, string higher)
    {
        // Karras levels on a process of 100,000 small steps: the rounding of timesteps and the jump from the least noise to none vanish,
        // and what is left is the error of the method.
        SchedulerConfig Fine(string name) => Configs()[name] with { UseKarrasSigmas = true, NumTrainTimesteps = 100_000, BetaStart = 0.0000085, BetaEnd = 0.00012 };
        var (low, high) = (Math.Abs(Factor(Fine(lower), 40) - Spread), Math.Abs(Factor(Fine(higher), 40) - Spread));
        Assert.True(high < low / 2, $"{lower} is off by {low}, {higher} by {high}.");
    }

    [Fact]
    public void Pndm_beats_ddim() =>
        Assert.True(Math.Abs(Factor(Configs()["pndm"], 100) - Spread) < Math.Abs(Factor(Configs()["ddim"], 100) - Spread) / 2);

    /// <summary>
    /// TCD is left out: it jumps past the next level by a share of it, however many steps there are, so the best estimate of x_0 alone
    /// does not make it exact. It is made for trajectory models and has its own test.
    /// </summary>
    [Theory]
    [MemberData(nameof(StochasticForAnyModel))]
    public void Sde_samplers_reach_the_variance_of_normal_data_as_steps_grow(string name)
    {
        var config = Configs()[name];
        var coarse = Math.Abs((Variance(config, 20) / (Spread * Spread)) - 1);
        var fine = Math.Abs((Variance(config, 1000) / (Spread * Spread)) - 1);
        Assert.True(fine < 0.02, $"{name}: {fine:P2} off after 1000 steps.");
        Assert.True(fine < coarse, $"{name}: {coarse:P2} off after 20 steps, {fine:P2} after 1000.");
    }

    [Theory]
    [MemberData(nameof(Stochastic))]
    public void Sde_samplers_draw_the_variance_that_their_factors_say(string name)
    {
        var config = Configs()[name];
        var oracle = new Oracle(config);
        var scheduler = Create(config);
        scheduler.SetTimesteps(25);
        var sample = Draw(20_000, "latents");
        VectorMath.Scale(sample, scheduler.InitialNoiseSigma, sample);
        var (input, output) = (new float[sample.Length], new float[sample.Length]);
        for (var call = 0; call < scheduler.Timesteps.Count; call++)
        {
            scheduler.ScaleModelInput(call, sample, input);
            oracle.Estimate(scheduler.Timesteps[call], input, Spread, output);
            scheduler.Step(call, output, sample, [], new SeededNoise(11, 0));
        }

        // A variance from 20,000 draws has a standard error of 1 %.
        Assert.InRange(sample.Average(x => (double)x * x) / Variance(config, 25), 0.955, 1.045);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Lcm_keeps_the_variance_with_a_true_consistency_function(int steps)
    {
        // f(x, t) = s x / sqrt(ᾱ s² + 1 − ᾱ) takes N(0, ᾱ s² + 1 − ᾱ) to N(0, s²) along the probability flow.
        var config = StableDiffusion with { Kind = SchedulerKind.Lcm, PredictionType = PredictionType.Sample };
        var oracle = new Oracle(config);
        var scheduler = new LcmScheduler(config);
        scheduler.SetTimesteps(steps);
        var sample = Draw(20_000, "latents");
        var output = new float[sample.Length];
        for (var call = 0; call < steps; call++)
        {
            var (alpha, sigma) = oracle.Level(scheduler.Timesteps[call]);
            VectorMath.Scale(output, (float)(Spread / Math.Sqrt((alpha * alpha * Spread * Spread) + (sigma * sigma))), sample);
            scheduler.Step(call, output, sample, [], new SeededNoise(5, 0));
        }

        Assert.InRange(sample.Average(x => (double)x * x) / (Spread * Spread), 0.97, 1.03);
    }

    [Theory]
    [InlineData(0.3f, 4)]
    [InlineData(0.7f, 10)]
    [InlineData(1f, 4)]
    public void Tcd_keeps_the_variance_with_a_true_trajectory_function(float gamma, int steps)
    {
        // The probability flow takes x_t to sqrt(V_s / V_t) x_t with V = ᾱ s² + 1 − ᾱ; ε is solved from what the step makes of it.
        var config = StableDiffusion with { Kind = SchedulerKind.Tcd };
        var oracle = new Oracle(config);
        var scheduler = new TcdScheduler(config, gamma);
        scheduler.SetTimesteps(steps);
        var sample = Draw(20_000, "latents");
        var output = new float[sample.Length];
        for (var call = 0; call < steps; call++)
        {
            var next = call + 1 < steps ? scheduler.Timesteps[call + 1] : 0f;
            var (alpha, sigma) = oracle.Level(scheduler.Timesteps[call]);
            var (alphaS, sigmaS) = oracle.Level(MathF.Floor((1f - gamma) * next));
            var flow = Math.Sqrt(((alphaS * alphaS * Spread * Spread) + (sigmaS * sigmaS)) / ((alpha * alpha * Spread * Spread) + (sigma * sigma)));
            VectorMath.Scale(output, (float)((flow - (alphaS / alpha)) / (sigmaS - (alphaS * sigma / alpha))), sample);
            scheduler.Step(call, output, sample, [], new SeededNoise(5, 0));
        }

        Assert.InRange(sample.Average(x => (double)x * x) / (Spread * Spread), 0.965, 1.035);
    }

    [Fact]
    public void As_many_steps_as_training_steps_are_no_harm()
    {
        // The multistep grids then hold one training step twice, and a slope across the two is 0 / 0.
        foreach (var name in (string[])["dpm++ 2m", "dpm++ 3m", "dpm++ 2m heun v", "dpm++ 2m karras", "unipc", "unipc 3", "unipc bh1 v"])
            Assert.Equal(Spread, Factor(Configs()[name], 1000), 0.002);
        Assert.Equal(Spread, Factor(Configs()["dpm++ 2m heun v"] with { UseKarrasSigmas = true, FinalSigma = FinalSigma.SigmaMin }, 100), 0.02);
    }

    [Fact]
    public void Ddim_inverse_leads_to_the_noise_that_ddim_makes_the_picture_from()
    {
        foreach (var config in (SchedulerConfig[])[StableDiffusion, ZeroSnr])
        {
                var oracle = new Oracle(config);
            var (sample, output) = (FullLoop.Sample(), new float[768]);
            IScheduler[] thereAndBack = [new DdimInverse(config), new DdimScheduler(config)];
            foreach (var scheduler in thereAndBack)
            {
                scheduler.SetTimesteps(250);
                for (var call = 0; call < scheduler.Timesteps.Count; call++)
                {
                    // The last call of an inversion at zero SNR asks at pure noise; so does the first of sampling.
                    oracle.Estimate(scheduler.Timesteps[call], sample, Spread, output);
                    scheduler.Step(call, output, sample, [], default);
                }
            }

            var picture = FullLoop.Sample();
            for (var i = 0; i < sample.Length; i++)
                Assert.Equal(picture[i], sample[i], 0.03f);
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void A_step_allocates_nothing_once_a_run_has_begun(string name)
    {
        var config = Configs()[name];
        var scheduler = Create(config);
        scheduler.SetTimesteps(20);
        var (sample, output, estimate) = (Draw(768, "latents"), new float[768], new float[768]);
        var before = 0L;
        for (var call = 0; call < scheduler.Timesteps.Count; call++)
        {
            if (call == 8)
                before = GC.GetAllocatedBytesForCurrentThread();
            scheduler.ScaleModelInput(call, sample, output);
            scheduler.Step(call, output, sample, estimate, new SeededNoise(1, 0));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Steps_and_calls_out_of_range_are_refused_with_the_range(string name)
    {
        var config = Configs()[name];
        var scheduler = Create(config);
        Assert.Throws<InvalidOperationException>(() => scheduler.Step(0, new float[4], new float[4], [], default));
        Assert.Contains("from", Assert.Throws<SamplerRequestException>(() => scheduler.SetTimesteps(0)).Message, StringComparison.Ordinal);
        var most = config.Kind is SchedulerKind.Lcm or SchedulerKind.Tcd ? config.OriginalInferenceSteps : config.NumTrainTimesteps;
        Assert.Contains($"to {most}", Assert.Throws<SamplerRequestException>(() => scheduler.SetTimesteps(most + 1)).Message, StringComparison.Ordinal);
        scheduler.SetTimesteps(10);
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.Step(scheduler.Timesteps.Count, new float[4], new float[4], [], default));
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.AddNoise(-1, new float[4], new float[4], new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.CallIndexOfStep(10));
        Assert.Throws<ArgumentException>(() => scheduler.Step(0, new float[5], new float[4], [], default));
        Assert.Throws<ArgumentException>(() => scheduler.Step(0, new float[4], new float[4], new float[3], default));
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void The_same_run_gives_the_same_bits(string name)
    {
        var config = Configs()[name];
        Assert.Equal(Run(), Run());

        float[] Run()
        {
            var scheduler = Create(config);
            scheduler.SetTimesteps(10);
            var (sample, output) = (Draw(771, "latents"), new float[771]);
            for (var call = 0; call < scheduler.Timesteps.Count; call++)
            {
                scheduler.ScaleModelInput(call, sample, output);
                scheduler.Step(call, output, sample, [], new SeededNoise(1, 0));
            }

            return sample;
        }
    }

    /// <summary>What unit noise becomes by a deterministic sampler.</summary>
    private static double Factor(SchedulerConfig config, int steps)
    {
        var oracle = new Oracle(config);
        var scheduler = Create(config);
        scheduler.SetTimesteps(steps);
        var (sample, input, output) = (new[] { scheduler.InitialNoiseSigma }, new float[1], new float[1]);
        for (var call = 0; call < scheduler.Timesteps.Count; call++)
        {
            scheduler.ScaleModelInput(call, sample, input);
            oracle.Estimate(scheduler.Timesteps[call], input, Spread, output);
            scheduler.Step(call, output, sample, [], default);
        }

        return sample[0];
    }

    /// <summary>
    /// The variance that unit noise becomes by a stochastic sampler without memory, with no draws to average: each step is
    /// x' = a x + b ε, and a and b are read off by stepping from 0 and from 1 with known noise.
    /// </summary>
    private static double Variance(SchedulerConfig config, int steps)
    {
        var oracle = new Oracle(config);
        var scheduler = Create(config);
        scheduler.SetTimesteps(steps);
        var variance = (double)scheduler.InitialNoiseSigma * scheduler.InitialNoiseSigma;
        var (input, output, unit) = (new float[8], new float[8], new float[8]);
        for (var call = 0; call < scheduler.Timesteps.Count; call++)
        {
            var noise = new SeededNoise(23, call);
            noise.Fill(unit, $"step/{call}");
            var largest = Array.IndexOf(unit, unit.MaxBy(Math.Abs));
            var (zeros, ones) = (new float[8], Enumerable.Repeat(1f, 8).ToArray());
            foreach (var sample in (float[][])[zeros, ones])
            {
                scheduler.ScaleModelInput(call, sample, input);
                oracle.Estimate(scheduler.Timesteps[call], input, Spread, output);
                scheduler.Step(call, output, sample, [], noise);
            }

            var (b, a) = (zeros[largest] / unit[largest], ones[largest] - zeros[largest]);
            variance = ((double)a * a * variance) + ((double)b * b);
        }

        return variance;
    }

    private static IScheduler Create(SchedulerConfig config) => SchedulerFactory.Create(config, eta: Eta(config));

    private static float? Eta(SchedulerConfig config) => config.File switch
    {
        "η 1" => 1f,
        "η 0.5" => 0.5f,
        "η 0" => 0f,
        _ => null,
    };

    private static bool IsDeterministic(SchedulerConfig config) => config.Kind switch
    {
        SchedulerKind.Ddim => Eta(config) is null or 0f,
        SchedulerKind.Tcd => Eta(config) == 0f,
        SchedulerKind.Ddpm or SchedulerKind.EulerAncestral or SchedulerKind.UnClip or SchedulerKind.Lcm => false,
        _ => true,
    };

    /// <summary>Every sampler in its main variants. LCM is not among them: it is made for consistency functions and has its own test.</summary>
    private static Dictionary<string, SchedulerConfig> Configs()
    {
        var sd = StableDiffusion;
        var v = sd with { PredictionType = PredictionType.VPrediction };
        var x = sd with { PredictionType = PredictionType.Sample };
        return new(StringComparer.Ordinal)
        {
            ["ddim"] = sd,
            ["ddim v"] = v,
            ["ddim sample"] = x,
            ["ddim trailing"] = sd with { TimestepSpacing = TimestepSpacing.Trailing },
            ["ddim linspace"] = sd with { TimestepSpacing = TimestepSpacing.Linspace },
            ["ddim offset"] = sd with { StepsOffset = 1 },
            ["ddim zero snr"] = ZeroSnr,
            ["ddim cosine sample"] = x with { BetaSchedule = BetaSchedule.SquaredCosine, TimestepSpacing = TimestepSpacing.Trailing },
            ["ddim eta 1"] = sd with { File = "η 1" },
            ["ddim eta 0.5 v zero snr"] = ZeroSnr with { File = "η 0.5" },
            ["ddpm"] = sd with { Kind = SchedulerKind.Ddpm },
            ["ddpm v"] = v with { Kind = SchedulerKind.Ddpm },
            ["ddpm sample large"] = x with { Kind = SchedulerKind.Ddpm, VarianceType = VarianceType.FixedLarge },
            ["ddpm zero snr"] = ZeroSnr with { Kind = SchedulerKind.Ddpm },
            ["euler"] = sd with { Kind = SchedulerKind.Euler },
            ["euler v"] = v with { Kind = SchedulerKind.Euler },
            ["euler sample"] = x with { Kind = SchedulerKind.Euler },
            ["euler leading"] = sd with { Kind = SchedulerKind.Euler, TimestepSpacing = TimestepSpacing.Leading, StepsOffset = 1 },
            ["euler karras"] = sd with { Kind = SchedulerKind.Euler, UseKarrasSigmas = true },
            ["euler zero snr"] = ZeroSnr with { Kind = SchedulerKind.Euler },
            ["euler ancestral"] = sd with { Kind = SchedulerKind.EulerAncestral },
            ["euler ancestral v"] = v with { Kind = SchedulerKind.EulerAncestral },
            ["heun"] = sd with { Kind = SchedulerKind.Heun },
            ["heun v karras"] = v with { Kind = SchedulerKind.Heun, UseKarrasSigmas = true },
            ["lms"] = sd with { Kind = SchedulerKind.Lms },
            ["lms v trailing"] = v with { Kind = SchedulerKind.Lms, TimestepSpacing = TimestepSpacing.Trailing },
            ["pndm"] = sd with { Kind = SchedulerKind.Pndm },
            ["pndm prk"] = sd with { Kind = SchedulerKind.Pndm, SkipPrkSteps = false },
            ["pndm v"] = v with { Kind = SchedulerKind.Pndm },
            ["dpm++ 1"] = sd with { Kind = SchedulerKind.DpmSolverPlusPlus2M, SolverOrder = 1 },
            ["dpm++ 2m"] = sd with { Kind = SchedulerKind.DpmSolverPlusPlus2M },
            ["dpm++ 2m heun v"] = v with { Kind = SchedulerKind.DpmSolverPlusPlus2M, SolverType = "heun" },
            ["dpm++ 2m karras"] = sd with { Kind = SchedulerKind.DpmSolverPlusPlus2M, UseKarrasSigmas = true },
            ["dpm++ 2m sigma min"] = sd with { Kind = SchedulerKind.DpmSolverPlusPlus2M, FinalSigma = FinalSigma.SigmaMin, LowerOrderFinal = false },
            ["dpm++ 2m zero snr"] = ZeroSnr with { Kind = SchedulerKind.DpmSolverPlusPlus2M },
            ["dpm++ 3m"] = sd with { Kind = SchedulerKind.DpmSolverPlusPlus2M, SolverOrder = 3 },
            ["unipc"] = sd with { Kind = SchedulerKind.UniPc },
            ["unipc bh1 v"] = v with { Kind = SchedulerKind.UniPc, SolverType = "bh1" },
            ["unipc 3"] = sd with { Kind = SchedulerKind.UniPc, SolverOrder = 3 },
            ["unipc no corrector"] = sd with { Kind = SchedulerKind.UniPc, DisableCorrector = [0, 1, 2] },
            ["unipc zero snr"] = ZeroSnr with { Kind = SchedulerKind.UniPc },
            ["tcd 0"] = sd with { Kind = SchedulerKind.Tcd, OriginalInferenceSteps = 1000, File = "η 0" },
            ["tcd 0.3"] = sd with { Kind = SchedulerKind.Tcd, OriginalInferenceSteps = 1000 },
            ["unclip"] = sd with { Kind = SchedulerKind.UnClip, BetaSchedule = null, BetaStart = null, BetaEnd = null },
            ["unclip sample"] = x with { Kind = SchedulerKind.UnClip, BetaSchedule = null, BetaStart = null, BetaEnd = null },
            ["flow"] = new() { Kind = SchedulerKind.FlowMatchEuler },
            ["flow shift"] = new() { Kind = SchedulerKind.FlowMatchEuler, Shift = 3f },
            ["flow sample"] = new() { Kind = SchedulerKind.FlowMatchEuler, PredictionType = PredictionType.Sample, ClipSample = true, ClipSampleRange = 9f },
        };
    }

    private static float[] Draw(int length, string stream)
    {
        var values = new float[length];
        new SeededNoise(17, 0).Fill(values, stream);
        return values;
    }

    private static void AssertClose(float[] expected, float[] actual, double tolerance, string what)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{what} is {actual[i]} at {i}, not {expected[i]}.");
    }
}
