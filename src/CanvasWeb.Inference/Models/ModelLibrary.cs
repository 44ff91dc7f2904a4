namespace CanvasWeb.Inference.Models;

/// <summary>The models in folders on disk.</summary>
internal sealed class ModelLibrary(string? variable, string programFolder) : IModelLibrary
{
    public IReadOnlyList<ModelDescription> List(string? folder) => throw new NotSupportedException($"{variable}{programFolder}");

    public OpenedModel Open(string? name, string? folder, Action<string> log) => throw new NotSupportedException();
}
