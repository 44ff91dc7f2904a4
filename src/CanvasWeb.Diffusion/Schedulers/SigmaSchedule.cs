namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>Picks the noise levels of a run for the samplers that are parameterised by σ = sqrt((1 − ᾱ) / ᾱ).</summary>
internal static class SigmaSchedule
{
    /// <summary>ρ of Karras et al. 2022, eq. 5: the paper's choice for sampling.</summary>
    private const double KarrasRho = 7;

    /// <summary>The steps of Euler, Euler ancestral, Heun and LMS, as k-diffusion and diffusers have them: timesteps need not be whole.</summary>
    /// <returns>Timesteps, n of them, falling; and the sigmas at them followed by the final one, n + 1.</returns>
    public static (float[] Timesteps, double[] Sigmas) ForOdeSteps(SchedulerConfig config, double[] trainSigmas, int steps)
    {
        var n = trainSigmas.Length;
        var timesteps = new float[steps];
        var sigmas = new double[steps + 1];
        for (var i = 0; i < steps; i++)
        {
            timesteps[i] = (config.TimestepSpacing ?? TimestepSpacing.Linspace) switch
            {
                // One step begins at the noisiest; numpy's linspace would give training step 0, which is no use to anybody.
                TimestepSpacing.Linspace => steps == 1 ? n - 1 : (float)((steps - 1 - i) * ((n - 1.0) / (steps - 1))),
                TimestepSpacing.Leading => ((steps - 1 - i) * (n / steps)) + config.StepsOffset,
                TimestepSpacing.Trailing => Trailing(n, steps, i),
            };
            sigmas[i] = At(trainSigmas, timesteps[i]);
        }

        if (config.UseKarrasSigmas)
        {
            Karras(sigmas.AsSpan(0, steps), sigmas[steps - 1], sigmas[0]);
            for (var i = 0; i < steps; i++)
                timesteps[i] = (float)TimestepOf(trainSigmas, sigmas[i]);
        }

        sigmas[steps] = config.FinalSigma == FinalSigma.SigmaMin ? trainSigmas[0] : 0;
        return (timesteps, Rounded(sigmas));
    }

    /// <summary>The steps of DPM-Solver++ and UniPC: whole timesteps, one interval more in the grid, Karras over all training sigmas.</summary>
    /// <param name="config">Of the model.</param>
    /// <param name="trainSigmas">Rising, one for each training step.</param>
    /// <param name="steps">n.</param>
    /// <param name="usedTrainSteps">How many of the training steps the grid may use (DPM-Solver++ may cut the noisiest off).</param>
    /// <returns>As <see cref="ForOdeSteps"/>.</returns>
    public static (float[] Timesteps, double[] Sigmas) ForMultistep(SchedulerConfig config, double[] trainSigmas, int steps, int usedTrainSteps)
    {
        var timesteps = new float[steps];
        var sigmas = new double[steps + 1];
        for (var i = 0; i < steps; i++)
        {
            timesteps[i] = (config.TimestepSpacing ?? TimestepSpacing.Linspace) switch
            {
                TimestepSpacing.Linspace => (float)Math.Round((steps - i) * ((usedTrainSteps - 1.0) / steps), MidpointRounding.ToEven),
                TimestepSpacing.Leading => ((steps - i) * (usedTrainSteps / (steps + 1))) + config.StepsOffset,
                TimestepSpacing.Trailing => Trailing(usedTrainSteps, steps, i),
            };
            sigmas[i] = At(trainSigmas, timesteps[i]);
        }

        if (config.UseKarrasSigmas)
        {
            Karras(sigmas.AsSpan(0, steps), trainSigmas[0], trainSigmas[^1]);
            for (var i = 0; i < steps; i++)
                timesteps[i] = (float)Math.Round(TimestepOf(trainSigmas, sigmas[i]), MidpointRounding.ToEven);
        }

        sigmas[steps] = config.FinalSigma == FinalSigma.SigmaMin ? trainSigmas[0] : 0;
        return (timesteps, Rounded(sigmas));
    }

    /// <summary>What unit noise is multiplied with: k-diffusion's σ_max, or the spread of data plus noise where spacing stops short of it.</summary>
    public static float InitialSigma(SchedulerConfig config, double sigmaMax) =>
        (float)(config.TimestepSpacing == TimestepSpacing.Leading ? Math.Sqrt((sigmaMax * sigmaMax) + 1) : sigmaMax);

    private static int Trailing(int n, int steps, int i) => (int)Math.Round(n - (i * (double)n / steps), MidpointRounding.ToEven) - 1;

    /// <summary>Karras et al. 2022, eq. 5.</summary>
    private static void Karras(Span<double> sigmas, double min, double max)
    {
        var (low, high) = (Math.Pow(min, 1 / KarrasRho), Math.Pow(max, 1 / KarrasRho));
        for (var i = 0; i < sigmas.Length; i++)
            sigmas[i] = Math.Pow(high + (sigmas.Length == 1 ? 0 : i / (sigmas.Length - 1.0) * (low - high)), KarrasRho);
    }

    /// <summary>Linear interpolation between training steps, held at both ends (leading spacing with an offset can pass the last).</summary>
    private static double At(double[] trainSigmas, float timestep)
    {
        var below = Math.Clamp((int)timestep, 0, trainSigmas.Length - 1);
        var above = Math.Min(below + 1, trainSigmas.Length - 1);
        return trainSigmas[below] + (Math.Min(timestep - below, 1) * (trainSigmas[above] - trainSigmas[below]));
    }

    /// <summary>The timestep of a noise level, interpolated in log σ.</summary>
    private static double TimestepOf(double[] trainSigmas, double sigma)
    {
        var index = Array.BinarySearch(trainSigmas, sigma);
        if (index >= 0)
            return index;
        var above = Math.Clamp(~index, 1, trainSigmas.Length - 1);
        var (low, high) = (Math.Log(trainSigmas[above - 1]), Math.Log(trainSigmas[above]));
        return above - 1 + Math.Clamp((Math.Log(sigma) - low) / (high - low), 0, 1);
    }

    /// <summary>To float32 and back: diffusers keeps sigmas in float32, and published values rest on it.</summary>
    private static double[] Rounded(double[] sigmas) => Array.ConvertAll(sigmas, sigma => (double)(float)sigma);

    /// <summary>α and σ of the variance-preserving process with α² + σ² = 1, from their ratio.</summary>
    public static (double Alpha, double Sigma) AlphaSigma(double ratio)
    {
        var alpha = 1 / Math.Sqrt((ratio * ratio) + 1);
        return (alpha, ratio * alpha);
    }
}
