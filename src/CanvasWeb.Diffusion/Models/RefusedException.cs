namespace CanvasWeb.Diffusion.Models;

/// <summary>Carries a refusal from where a file is read to <see cref="ModelFolder.Open"/>, which returns it; leaves this library as that or as a <see cref="ModelFormatException"/>.</summary>
internal sealed class RefusedException(ModelRefusalCode code, string file, string reason, string advice = "") : Exception($"{file}: {reason}")
{
    public ModelRefusal Refusal { get; } = new(code, file, reason, advice);

    /// <summary>For files that are read when a model is loaded, not when its folder is opened.</summary>
    public ModelFormatException ToFormatException() => new(Refusal.File, Refusal.Reason, this);
}
