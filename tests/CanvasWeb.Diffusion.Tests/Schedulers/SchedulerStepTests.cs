using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Tests.Schedulers;

/// <summary>Single steps of the stochastic samplers against published variances and closed forms.</summary>
public sealed class SchedulerStepTests
{
    private static readonly SchedulerConfig A = new() { Kind = SchedulerKind.Ddpm, BetaStart = 0.0001, BetaEnd = 0.02, BetaSchedule = BetaSchedule.Linear, ClipSample = false };

    [Theory]
    [InlineData(0, 0.0)]
    [InlineData(487, 0.00979)]
    [InlineData(999, 0.02)]
    public void Ddpm_has_the_published_variance(int timestep, double expected)
    {
        var scheduler = new DdpmScheduler(A);
        scheduler.SetTimesteps(1000);
        Assert.Equal(expected, scheduler.Variance(999 - timestep), 1e-5);
    }

    [Theory]
    [InlineData(0, 1e-10)]
    [InlineData(487, 0.0549625)]
    [InlineData(999, 0.9994987)]
    public void Un_clip_has_the_published_deviation(int timestep, double expected)
    {
        var scheduler = new UnClipScheduler(new() { Kind = SchedulerKind.UnClip });
        scheduler.SetTimesteps(1000);
        Assert.Equal(expected, Math.Exp(0.5 * scheduler.LogVariances(999 - timestep).Low), 1e-5);
    }

    [Theory]
    [InlineData(1, -10.1712790)]
    [InlineData(487, -5.7998052)]
    [InlineData(999, -0.0010011)]
    public void Un_clip_has_the_published_learned_variance(int timestep, double expectedLog)
    {
        var scheduler = new UnClipScheduler(new() { Kind = SchedulerKind.UnClip, VarianceType = VarianceType.LearnedRange });
        scheduler.SetTimesteps(1000);
        // Sample and prediction are zero, so what is left is the noise times the deviation that the model says (0.5).
        var (sample, output, unit) = (new float[16], new float[32], Enumerable.Repeat(1f, 16).ToArray());
        output.AsSpan(16).Fill(0.5f);
        scheduler.Step(999 - timestep, output, sample, [], unit);
        Assert.All(sample, value => Assert.Equal(expectedLog, 2 * Math.Log(value), 1e-4));
    }

    [Theory]
    [InlineData(50, 980, 0.32460)]
    [InlineData(50, 420, 0.14771)]
    [InlineData(1000, 487, 0.00979)]
    [InlineData(1000, 999, 0.02)]
    public void Ddim_with_eta_1_draws_with_the_published_variance(int steps, int timestep, double variance)
    {
        var scheduler = new DdimScheduler(A with { Kind = SchedulerKind.Ddim }, eta: 1f);
        scheduler.SetTimesteps(steps);
        var call = scheduler.Timesteps.ToList().IndexOf(timestep);
        var (sample, unit) = (new float[64], new float[64]);
        var noise = new SeededNoise(4, 1);
        noise.Fill(unit, $"step/{call}");
        scheduler.Step(call, new float[64], sample, [], noise);
        for (var i = 0; i < sample.Length; i++)
            Assert.Equal(unit[i] * Math.Sqrt(variance), sample[i], 1e-4);
    }

    [Fact]
    public void Euler_ancestral_without_noise_is_euler_to_the_lower_level()
    {
        var ancestral = new EulerAncestralScheduler(A);
        ancestral.SetTimesteps(10);
        var sigmas = Enumerable.Range(0, 10).Select(i => TrainSigma(ancestral.Timesteps[i])).ToArray();
        var (sample, output) = (FullLoop.Sample(), FullLoop.Noise());
        ancestral.Step(3, output, sample, [], new float[sample.Length]);

        var (from, to) = (sigmas[3], sigmas[4]);
        var up = Math.Sqrt(to * to * ((from * from) - (to * to)) / (from * from));
        var down = Math.Sqrt((to * to) - (up * up));
        var start = FullLoop.Sample();
        for (var i = 0; i < sample.Length; i++)
            Assert.Equal(start[i] + ((down - from) * output[i]), sample[i], 1e-4);
    }

    [Fact]
    public void Ddpm_mean_is_the_posterior_mean()
    {
        var scheduler = new DdpmScheduler(A with { PredictionType = PredictionType.Sample });
        scheduler.SetTimesteps(1000);
        var alphas = new NoiseSchedule(A).AlphasCumprod;
        var betas = new NoiseSchedule(A).Betas;
        var (sample, original) = (FullLoop.Sample(), FullLoop.Noise());
        scheduler.Step(999 - 500, original, sample, [], new float[sample.Length]);
        var start = FullLoop.Sample();
        // Ho et al. 2020, eq. 7.
        for (var i = 0; i < sample.Length; i++)
        {
            var expected = (Math.Sqrt(alphas[499]) * betas[500] / (1 - alphas[500]) * original[i]) + (Math.Sqrt(1 - betas[500]) * (1 - alphas[499]) / (1 - alphas[500]) * start[i]);
            Assert.Equal(expected, sample[i], 1e-4);
        }
    }

    [Fact]
    public void Ddim_with_eta_1_and_all_steps_is_ddpm()
    {
        var config = A with { SetAlphaToOne = true };
        IScheduler[] both = [new DdimScheduler(config, eta: 1f), new DdpmScheduler(config)];
        var ends = new List<float[]>();
        foreach (var scheduler in both)
        {
            scheduler.SetTimesteps(1000);
            var (sample, output) = (FullLoop.Sample(), new float[768]);
            for (var call = 0; call < 100; call++)
            {
                VectorMath.Scale(output, 0.7f, sample);
                scheduler.Step(call, output, sample, [], new SeededNoise(2, 0));
            }

            ends.Add(sample);
        }

        for (var i = 0; i < 768; i++)
            Assert.Equal(ends[0][i], ends[1][i], 2e-3f);
    }

    [Fact]
    public void A_variance_that_a_sampler_does_not_use_is_ignored()
    {
        var (plain, with) = (new DdimScheduler(A), new DdimScheduler(A));
        plain.SetTimesteps(10);
        with.SetTimesteps(10);
        var (a, b, output) = (FullLoop.Sample(), FullLoop.Sample(), FullLoop.Noise());
        plain.Step(0, output, a, [], default);
        with.Step(0, [.. output, .. output], b, [], default);
        Assert.Equal(a, b);
    }

    [Fact]
    public void Clipping_limits_the_estimate_and_the_flow_stays_on_its_path()
    {
        var scheduler = new FlowMatchEulerScheduler(new() { Kind = SchedulerKind.FlowMatchEuler, ClipSample = true, ClipSampleRange = 0.25f });
        scheduler.SetTimesteps(4);
        var (sample, estimate) = (new float[] { 1f }, new float[1]);
        scheduler.Step(0, [-3f], sample, estimate, default);
        // x_0 = 1 − 1 · (−3) = 4 is cut to 0.25; σ goes from 1 to about 2/3, so x = 2/3 · 1 + 1/3 · 0.25.
        var sigma = scheduler.Timesteps[1] / 1000;
        Assert.Equal(0.25f, estimate[0]);
        Assert.Equal(sigma + ((1 - sigma) * 0.25f), sample[0], 1e-5f);
    }

    [Fact]
    public void Flow_matching_has_the_published_steps_of_stable_diffusion_3()
    {
        // shift 3, 28 steps: sigma_min 1/1000 shifted twice ends at 0.0089, as diffusers has it.
        var scheduler = new FlowMatchEulerScheduler(new() { Kind = SchedulerKind.FlowMatchEuler, Shift = 3f });
        scheduler.SetTimesteps(28);
        Assert.Equal(1000f, scheduler.Timesteps[0]);
        Assert.Equal(8.9286f, scheduler.Timesteps[27], 1e-3f);
    }

    [Fact]
    public void Runs_of_heun_and_pndm_begin_at_the_first_call_of_a_step_only()
    {
        IScheduler[] schedulers = [new HeunScheduler(A), new PndmScheduler(A)];
        foreach (var scheduler in schedulers)
        {
            scheduler.SetTimesteps(10);
            Assert.Throws<InvalidOperationException>(() => scheduler.Step(3, new float[4], new float[4], [], default));
        }
    }

    [Fact]
    public void Zero_snr_with_epsilon_is_refused_where_the_first_step_needs_it()
    {
        var config = A with { RescaleBetasZeroSnr = true, TimestepSpacing = TimestepSpacing.Trailing };
        foreach (var kind in (SchedulerKind[])[SchedulerKind.Ddim, SchedulerKind.Ddpm, SchedulerKind.Pndm, SchedulerKind.Lcm, SchedulerKind.Tcd])
        {
            var refused = Assert.Throws<CanvasWeb.Diffusion.Models.ModelFormatException>(() => SchedulerFactory.Create(config, kind).SetTimesteps(10));
            Assert.Contains("rescale_betas_zero_snr", refused.Reason, StringComparison.Ordinal);
        }
    }

    private static double TrainSigma(float timestep)
    {
        var sigmas = new NoiseSchedule(A).TrainSigmas(guardZeroSnr: false);
        var below = (int)timestep;
        return sigmas[below] + ((timestep - below) * (sigmas[Math.Min(below + 1, 999)] - sigmas[below]));
    }
}
