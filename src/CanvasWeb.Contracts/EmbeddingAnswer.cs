namespace CanvasWeb.Contracts;

/// <summary>The embedding of words.</summary>
/// <param name="Space">As <see cref="ModelDescription.EmbeddingSpace"/>; empty where there is a refusal.</param>
/// <param name="Embedding">As <see cref="ResultPicture.Embedding"/>; empty where there is a refusal.</param>
/// <param name="Refusal">Null, or why there is none, in words for the person who asked.</param>
public sealed record EmbeddingAnswer(string Space, byte[] Embedding, string? Refusal = null);
