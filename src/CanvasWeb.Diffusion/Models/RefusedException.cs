namespace CanvasWeb.Diffusion.Models;

/// <summary>Carries a refusal from where a file is read to <see cref="ModelFolder.Open"/>, which returns it; never leaves this folder.</summary>
internal sealed class RefusedException(ModelRefusalCode code, string file, string reason, string advice = "") : Exception($"{file}: {reason}")
{
    public ModelRefusal Refusal { get; } = new(code, file, reason, advice);
}
