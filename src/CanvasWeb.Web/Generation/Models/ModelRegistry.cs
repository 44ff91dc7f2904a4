namespace CanvasWeb.Web.Generation.Models;

/// <summary>Which models there are: what connected workers announce, and what the database remembers of those that are away.</summary>
internal sealed class ModelRegistry
{
    private readonly List<ModelInfo> _models = [];

    /// <summary>Known models, those online first, then by title.</summary>
    public IReadOnlyList<ModelInfo> All() => _models;

    /// <summary>The model for a setting; null takes the default. Null when there is none of that name.</summary>
    public ModelInfo? Find(string? name) => _models.Find(model => name is null || model.Name == name);
}
