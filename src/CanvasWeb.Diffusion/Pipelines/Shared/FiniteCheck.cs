using System.Numerics;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Finds NaN and infinity before they become a black picture.</summary>
internal static class FiniteCheck
{
    /// <param name="values">What a model said.</param>
    /// <param name="part">Which model, for the message.</param>
    /// <param name="call">Model call from 1, or 0 where there is one only.</param>
    /// <exception cref="GenerationException">"model_output_not_finite".</exception>
    public static void Check(ReadOnlySpan<float> values, string part, int call = 0)
    {
        // x − x is 0 for every finite x and NaN for the others, and NaN stays in a sum: one pass, no branch in the loop.
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var x = new Vector<float>(values[i..]);
            sum += x - x;
        }

        var total = Vector.Sum(sum);
        for (; i < values.Length; i++)
            total += values[i] - values[i];
        if (total == 0f)
            return;
        var where = call > 0 ? FormattableString.Invariant($" at model call {call}") : "";
        throw new GenerationException("model_output_not_finite", $"The model part '{part}' gave values that are not numbers{where}. A float16 export often overflows like this: use the float32 export, or another sampler or guidance scale.");
    }
}
