namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>A request that the model cannot fulfil, in words for the person who made it.</summary>
public sealed class GenerationException : Exception
{
    /// <param name="code">Stable, for programs: "size_not_divisible", "prompt_too_long", "mask_size", ...</param>
    /// <param name="message">What is wrong and what to do.</param>
    public GenerationException(string code, string message)
        : base(message) => Code = code;

    public string Code { get; }
}
