namespace CanvasWeb.Contracts;

/// <summary>One finished picture of a job.</summary>
/// <param name="Image">Which, from 0.</param>
/// <param name="Sha256">From <see cref="StoredPicture"/>.</param>
/// <param name="Area">Where it lies in the crop.</param>
/// <param name="ElapsedMs">What it took, model loading not included.</param>
/// <param name="Similarity">Cosine of the picture's embedding with that of the job's prompt, −1 to 1; null where the model has no encoder of pictures, or there are no words.</param>
/// <param name="Embedding">Of the picture: 32-bit floats, little-endian, together of length 1; at most <see cref="InferenceProtocol.EmbeddingMaxBytes"/>. Null likewise.</param>
/// <param name="EmbeddingSpace">As <see cref="ModelDescription.EmbeddingSpace"/>: embeddings of different spaces are never compared.</param>
public sealed record ResultPicture(int Image, string Sha256, PixelArea Area, double ElapsedMs, double? Similarity = null, byte[]? Embedding = null, string? EmbeddingSpace = null);
