namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// A sampler was asked for what it cannot do with this model. The message is for the person who asked: unlike that of the framework's
/// exceptions it names no parameter of the code.
/// </summary>
public sealed class SamplerRequestException : ArgumentException
{
    /// <param name="message">What is wrong and what is possible.</param>
    /// <param name="isAboutSteps">See <see cref="IsAboutSteps"/>.</param>
    public SamplerRequestException(string message, bool isAboutSteps)
        : base(message) => IsAboutSteps = isAboutSteps;

    /// <summary>The number of steps does not fit; else the sampler or its η does not.</summary>
    public bool IsAboutSteps { get; }
}
