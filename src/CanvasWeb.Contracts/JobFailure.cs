namespace CanvasWeb.Contracts;

/// <summary>A job that could not be done.</summary>
/// <param name="Code">Stable: "prompt_too_long", "size_not_divisible", "out_of_memory", "model_failed" …</param>
/// <param name="Message">What is wrong and what to do, in words for the person who asked.</param>
/// <param name="Retry">Whether another attempt may succeed; a request that does not fit the model never will.</param>
public sealed record JobFailure(string JobId, int Attempt, string Code, string Message, bool Retry);
