namespace CanvasWeb.Contracts;

/// <summary>A picture that another one was made with.</summary>
/// <param name="Sha256">The stored file's, lower-case hex: the tile's name.</param>
/// <param name="Job">The job that made it; null for uploads.</param>
/// <param name="Image">Which of that job's pictures.</param>
public sealed record Ingredient(string Sha256, IngredientRole Role, string? Job = null, int? Image = null);
