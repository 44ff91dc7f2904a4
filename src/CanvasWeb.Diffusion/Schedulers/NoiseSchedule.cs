using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// β_t and ᾱ_t of the variance-preserving process (Ho et al. 2020, eq. 4) as diffusers has them: float32 tables made by the same
/// operations in the same order (PyTorch's own linspace differs from itself in the last bit by vector width). The cumulative product runs in double and is rounded at
/// each entry, as PyTorch's does on a CPU; a float32 accumulator gives another value in 97 % of the entries.
/// </summary>
internal sealed class NoiseSchedule
{
    /// <summary>ᾱ of the last training step where an exact zero would divide by zero (k-diffusion parameterised samplers).</summary>
    public const float ZeroSnrGuard = 5.9604645e-8f; // 2^-24, as diffusers chose it: sigma is then about 4096.

    /// <summary>Builds the tables.</summary>
    /// <param name="config">For the fields about betas.</param>
    /// <param name="betaStart">The sampler's own value where the config has none.</param>
    /// <param name="betaEnd">As <paramref name="betaStart"/>.</param>
    /// <param name="schedule">As <paramref name="betaStart"/>.</param>
    public NoiseSchedule(SchedulerConfig config, double betaStart = 0.0001, double betaEnd = 0.02, BetaSchedule schedule = BetaSchedule.Linear)
    {
        var n = config.NumTrainTimesteps;
        betaStart = config.BetaStart ?? betaStart;
        betaEnd = config.BetaEnd ?? betaEnd;
        Betas = config.TrainedBetas?.ToArray() ?? (config.BetaSchedule ?? schedule) switch
        {
            BetaSchedule.Linear => Linspace((float)betaStart, (float)betaEnd, n),
            BetaSchedule.ScaledLinear => Squared(Linspace((float)Math.Sqrt(betaStart), (float)Math.Sqrt(betaEnd), n)),
            BetaSchedule.SquaredCosine => Cosine(n),
        };
        if (config.RescaleBetasZeroSnr)
            RescaleToZeroSnr(Betas);
        AlphasCumprod = CumulativeAlphas(Betas);
    }

    /// <summary>β_t, N values.</summary>
    public float[] Betas { get; }

    /// <summary>ᾱ_t = Π (1 − β), N values, falling.</summary>
    public float[] AlphasCumprod { get; }

    /// <summary>σ_t = sqrt((1 − ᾱ_t) / ᾱ_t) of every training step: the noise of x / sqrt(ᾱ) (Karras et al. 2022, table 1, VP).</summary>
    /// <param name="guardZeroSnr">Replace ᾱ of the last step by <see cref="ZeroSnrGuard"/>.</param>
    public double[] TrainSigmas(bool guardZeroSnr)
    {
        var sigmas = new double[AlphasCumprod.Length];
        for (var t = 0; t < sigmas.Length; t++)
        {
            var alpha = guardZeroSnr && t == sigmas.Length - 1 ? ZeroSnrGuard : AlphasCumprod[t];
            sigmas[t] = MathF.Sqrt((1f - alpha) / alpha);
        }

        return sigmas;
    }

    /// <summary>PyTorch's float32 linspace: from the start in the first half, from the end in the second.</summary>
    private static float[] Linspace(float start, float end, int count)
    {
        var values = new float[count];
        var step = count > 1 ? (end - start) / (count - 1) : 0f;
        for (var i = 0; i < count; i++)
            values[i] = i < count / 2 || count == 1 ? start + (step * i) : end - (step * (count - 1 - i));
        return values;
    }

    private static float[] Squared(float[] values)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] *= values[i];
        return values;
    }

    /// <summary>Nichol and Dhariwal 2021, eq. 17, with s = 0.008 and β at most 0.999.</summary>
    private static float[] Cosine(int count)
    {
        static double AlphaBar(double t) => Math.Pow(Math.Cos((t + 0.008) / 1.008 * Math.PI / 2), 2);
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = (float)Math.Min(1 - (AlphaBar((i + 1) / (double)count) / AlphaBar(i / (double)count)), 0.999);
        return values;
    }

    private static float[] CumulativeAlphas(float[] betas)
    {
        var alphas = new float[betas.Length];
        var product = 1.0;
        for (var t = 0; t < betas.Length; t++)
        {
            product *= 1f - betas[t];
            alphas[t] = (float)product;
        }

        return alphas;
    }

    /// <summary>The forward process at once: Ho et al. 2020, eq. 4.</summary>
    /// <param name="alpha">ᾱ of the level.</param>
    public static void AddNoise(double alpha, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy) =>
        VectorMath.Combine(noisy, (float)Math.Sqrt(alpha), original, (float)Math.Sqrt(1 - alpha), noise);

    /// <summary>Lin et al. 2024, algorithm 1: sqrt(ᾱ) shifted to end at zero and scaled to keep its first value.</summary>
    private static void RescaleToZeroSnr(float[] betas)
    {
        var roots = CumulativeAlphas(betas);
        for (var t = 0; t < roots.Length; t++)
            roots[t] = MathF.Sqrt(roots[t]);
        var (first, last) = (roots[0], roots[^1]);
        var scale = first / (first - last);
        var before = 1f;
        for (var t = 0; t < roots.Length; t++)
        {
            var root = (roots[t] - last) * scale;
            var cumulative = root * root;
            betas[t] = 1f - (cumulative / before);
            before = cumulative;
        }
    }
}
