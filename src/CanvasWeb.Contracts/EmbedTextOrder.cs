namespace CanvasWeb.Contracts;

/// <summary>Words to be looked for among pictures.</summary>
/// <param name="Model">Whose encoder; it must be one that has <see cref="ModelDescription.EmbeddingSpace"/>.</param>
public sealed record EmbedTextOrder(string Model, string Text);
