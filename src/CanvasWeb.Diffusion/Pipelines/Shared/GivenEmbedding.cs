namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>An image embedding that the request brings along.</summary>
internal static class GivenEmbedding
{
    /// <exception cref="GenerationException">"embedding_size".</exception>
    public static void CopyTo(float[] given, Span<float> embedding)
    {
        if (given.Length != embedding.Length)
            throw new GenerationException("embedding_size", FormattableString.Invariant($"The image embedding has {given.Length} values; the model's have {embedding.Length}."));
        FiniteCheck.Check(given, "image_embedding");
        given.CopyTo(embedding);
    }
}
