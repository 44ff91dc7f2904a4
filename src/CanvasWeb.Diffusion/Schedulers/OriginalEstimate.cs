using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>Limits an estimate of the clean sample, as the config asks: not at all, to a fixed range, or dynamically.</summary>
internal sealed class OriginalEstimate(SchedulerConfig config, bool clipByDefault = false)
{
    private readonly bool _clips = config.ClipSample ?? clipByDefault;
    private float[] _magnitudes = [];

    /// <summary>True when <see cref="Limit"/> can change anything.</summary>
    public bool IsLimited => _clips || config.Thresholding;

    /// <summary>The clean sample that a prediction stands for, where sample = signal x_0 + sigma ε: Ho et al. 2020, eq. 15 for ε; Salimans and Ho 2022, appendix D for v.</summary>
    public static void FromPrediction(PredictionType prediction, double signal, double sigma, ReadOnlySpan<float> sample, ReadOnlySpan<float> modelOutput, Span<float> original)
    {
        switch (prediction)
        {
            case PredictionType.Epsilon:
                VectorMath.Combine(original, (float)(1 / signal), sample, (float)(-sigma / signal), modelOutput);
                break;
            case PredictionType.VPrediction:
                VectorMath.Combine(original, (float)signal, sample, (float)-sigma, modelOutput);
                break;
            default:
                modelOutput.CopyTo(original);
                break;
        }
    }

    /// <summary>Limits in place. The whole span counts as one picture.</summary>
    public void Limit(Span<float> original)
    {
        if (config.Thresholding)
            Threshold(original);
        else if (_clips)
            VectorMath.Clamp(original, config.ClipSampleRange);
    }

    /// <summary>Saharia et al. 2022 (Imagen), §2.3: clip to the given percentile of |x_0| when it is over 1, and scale back into ±1.</summary>
    private void Threshold(Span<float> original)
    {
        if (_magnitudes.Length != original.Length)
            _magnitudes = new float[original.Length];
        for (var i = 0; i < original.Length; i++)
            _magnitudes[i] = Math.Abs(original[i]);
        Array.Sort(_magnitudes);
        var position = (double)config.DynamicThresholdingRatio * (_magnitudes.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, _magnitudes.Length - 1);
        var quantile = _magnitudes[below] + ((float)(position - below) * (_magnitudes[above] - _magnitudes[below]));
        // torch.clamp(min: 1, max: sample_max_value) lets the maximum win when it is below 1.
        var limit = Math.Min(Math.Max(quantile, 1f), config.SampleMaxValue);
        VectorMath.Clamp(original, limit);
        VectorMath.Scale(original, 1f / limit, original);
    }
}
