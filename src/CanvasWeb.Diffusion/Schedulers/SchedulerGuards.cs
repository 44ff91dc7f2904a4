using System.Runtime.CompilerServices;
using CanvasWeb.Diffusion.Models;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>The checks that every sampler makes, with one wording.</summary>
internal static class SchedulerGuards
{
    /// <exception cref="SamplerRequestException">Steps out of 1..most.</exception>
    public static void CheckSteps(int steps, int most)
    {
        if (steps < 1 || steps > most)
            throw new SamplerRequestException($"{steps} steps do not fit this sampler: from 1 to {most} are possible with this model.", isAboutSteps: true);
    }

    /// <exception cref="ArgumentOutOfRangeException">Not an index into the timesteps.</exception>
    public static void CheckCall(int callIndex, int calls)
    {
        if (calls == 0)
            throw new InvalidOperationException("SetTimesteps must be called before anything else.");
        if ((uint)callIndex >= (uint)calls)
            throw new ArgumentOutOfRangeException(nameof(callIndex), callIndex, $"The call index must be from 0 to {calls - 1}.");
    }

    /// <exception cref="ArgumentOutOfRangeException">Not a step of the run.</exception>
    public static int CheckStep(int step, int steps)
    {
        CheckCall(0, steps);
        if ((uint)step >= (uint)steps)
            throw new ArgumentOutOfRangeException(nameof(step), step, $"The step must be from 0 to {steps - 1}.");
        return step;
    }

    /// <summary>
    /// Checks the spans of a step and gives the part of the model's output that is the prediction: all of it, or the first half of a
    /// model that also says a variance.
    /// </summary>
    /// <exception cref="ArgumentException">The spans do not fit each other.</exception>
    public static ReadOnlySpan<float> CheckSpans(ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> sample, ReadOnlySpan<float> predictedOriginal)
    {
        if (modelOutput.Length != sample.Length && modelOutput.Length != 2L * sample.Length)
            throw new ArgumentException($"The model output has {modelOutput.Length} values, not {sample.Length} or (with a variance) {2L * sample.Length}.", nameof(modelOutput));
        if (!predictedOriginal.IsEmpty && predictedOriginal.Length != sample.Length)
            throw new ArgumentException($"The buffer for the estimate has {predictedOriginal.Length} values, not {sample.Length} or none.", nameof(predictedOriginal));
        return modelOutput[..sample.Length];
    }

    /// <summary>Makes the buffer the sample's length, keeping it when it already is: allocates on a run's first call only.</summary>
    public static void Fit(ref float[] buffer, int length)
    {
        if (buffer.Length != length)
            buffer = new float[length];
    }

    /// <summary>Refuses a prediction type that a sampler cannot run.</summary>
    /// <exception cref="ModelFormatException">The config's prediction type is not among those allowed.</exception>
    public static PredictionType Prediction(SchedulerConfig config, PredictionType byDefault, params ReadOnlySpan<PredictionType> allowed)
    {
        var prediction = config.PredictionType ?? byDefault;
        return allowed.Contains(prediction)
            ? prediction
            : throw new ModelFormatException(config.File, $"\"prediction_type\" {prediction} cannot be honoured by this sampler.");
    }

    /// <summary>Refuses a flag that a sampler does not have a meaning for.</summary>
    /// <exception cref="ModelFormatException">The flag is set.</exception>
    public static void Refuse(bool isSet, SchedulerConfig config, string field, [CallerFilePath] string sampler = "")
    {
        if (isSet)
            throw new ModelFormatException(config.File, $"\"{field}\" cannot be honoured by {Path.GetFileNameWithoutExtension(sampler)}.");
    }
}
