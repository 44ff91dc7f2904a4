using CanvasWeb.Diffusion.Schedulers;

namespace CanvasWeb.Diffusion.Tests.Schedulers;

/// <summary>
/// The loop of diffusers' scheduler tests: a fixed sample of shape [4, 3, 8, 8] times the sampler's initial sigma, the model
/// x · t / (t + 1) on the scaled input, and the sum and the mean of |x| at the end.
/// </summary>
/// <remarks>
/// That loop goes on from the scaled input (it overwrites the sample with it), which no pipeline does. The published values of the
/// sigma-parameterised samplers rest on it, so it is kept here.
/// </remarks>
internal static class FullLoop
{
    public delegate void StepWith(int callIndex, ReadOnlySpan<float> modelOutput, Span<float> sample, ReadOnlySpan<float> unitNoise);

    /// <summary>x[b, c, h, w] = (((c · 8 + h) · 8 + w) · 4 + b) / 768, in memory order.</summary>
    public static float[] Sample()
    {
        var sample = new float[4 * 3 * 8 * 8];
        for (var b = 0; b < 4; b++)
        {
            for (var rest = 0; rest < 3 * 8 * 8; rest++)
                sample[(b * 3 * 8 * 8) + rest] = ((rest * 4) + b) / 768f;
        }

        return sample;
    }

    /// <summary>The noise of the tests that start in the middle: the same values counted down.</summary>
    public static float[] Noise()
    {
        var noise = Sample();
        for (var i = 0; i < noise.Length; i++)
            noise[i] = (767f - MathF.Round(noise[i] * 768f)) / 768f;
        return noise;
    }

    /// <summary>Runs the loop. With a step of its own, unit noise is what <c>torch.manual_seed(0)</c> gives, drawn where <paramref name="draws"/> says so.</summary>
    public static (double Sum, double Mean) Run(IScheduler scheduler, int steps = 10, int firstStep = 0, StepWith? stepWith = null, Func<int, bool>? draws = null)
    {
        scheduler.SetTimesteps(steps);
        var sample = Sample();
        for (var i = 0; i < sample.Length; i++)
            sample[i] *= scheduler.InitialNoiseSigma;
        var first = scheduler.CallIndexOfStep(firstStep);
        if (firstStep > 0)
            scheduler.AddNoise(first, sample, Noise(), sample);
        var output = new float[sample.Length];
        var torch = new TorchNoise(0);
        for (var call = first; call < scheduler.Timesteps.Count; call++)
        {
            scheduler.ScaleModelInput(call, sample, output);
            output.CopyTo(sample, 0);
            var t = scheduler.Timesteps[call];
            for (var i = 0; i < output.Length; i++)
                output[i] = output[i] * t / (t + 1);
            if (stepWith is null)
                scheduler.Step(call, output, sample, [], default);
            else
                stepWith(call, output, sample, draws!(call) ? torch.Draw(sample.Length) : []);
        }

        var sum = sample.Sum(x => Math.Abs((double)x));
        return (sum, sum / sample.Length);
    }

    /// <summary>Asserts published figures with diffusers' own tolerances.</summary>
    public static void AssertPublished((double Sum, double Mean) actual, double? sum, double mean)
    {
        Assert.True(Math.Abs(actual.Mean - mean) < 1e-3, $"The mean is {actual.Mean}, published is {mean} (the sum {actual.Sum}, published {sum}).");
        Assert.True(sum is null || Math.Abs(actual.Sum - sum.Value) < 1e-2, $"The sum is {actual.Sum}, published is {sum}.");
    }
}
