using System.Runtime.InteropServices;
using CanvasWeb.Contracts;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Worker;

/// <summary>What a result means, as numbers: for the meter beside it and for searching by words. One pass of a small encoder a picture.</summary>
internal static class ResultEmbedding
{
    /// <summary>Long enough for any encoder there is, and small enough that one may be 4,096 pixels a side.</summary>
    private const int LongestSide = 512;

    /// <summary>The caption's; null where there are no words, too many of them, or no encoder.</summary>
    public static float[]? OfCaption(IImagePipeline pipeline, string prompt, CancellationToken cancellationToken)
    {
        if (pipeline.Embedder is not { } embedder || prompt.Length == 0)
            return null;
        try
        {
            return embedder.EmbedText(prompt, cancellationToken);
        }
        catch (GenerationException)
        {
            // Too long for this model: whether that matters is for the task to say.
            return null;
        }
    }

    /// <summary>The result with its similarity to the caption and its embedding, where the model has an encoder of pictures.</summary>
    /// <param name="seen">The result with what is around it: what the caption is about.</param>
    public static ResultPicture AddTo(ResultPicture result, IImagePipeline pipeline, PixelImage seen, float[]? caption, CancellationToken cancellationToken)
    {
        if (pipeline.Embedder is not { } embedder || embedder.Size * sizeof(float) > InferenceProtocol.EmbeddingMaxBytes)
            return result;
        var scale = (double)LongestSide / Math.Max(seen.Width, seen.Height);
        var small = scale >= 1 ? seen : ImageResizer.Resize(seen, Math.Max(1, (int)(seen.Width * scale)), Math.Max(1, (int)(seen.Height * scale)), ResizeKernel.Area);
        var embedding = embedder.EmbedPicture(small, cancellationToken);
        return result with
        {
            Similarity = caption is null ? null : PictureEmbedder.Similarity(embedding, caption),
            Embedding = ToBytes(embedding),
            EmbeddingSpace = embedder.Space,
        };
    }

    /// <summary>As it goes over the line: 32-bit floats, little-endian, as all machines that this runs on have them.</summary>
    public static byte[] ToBytes(float[] embedding) => MemoryMarshal.AsBytes(embedding.AsSpan()).ToArray();
}
