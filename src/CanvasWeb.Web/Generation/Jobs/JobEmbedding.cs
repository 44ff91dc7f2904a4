using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CanvasWeb.Contracts;

namespace CanvasWeb.Web.Generation.Jobs;

/// <summary>What a result shows, as the encoder of its model sees it: what search compares. Apart from the result, which is read far more often. Gone with its job.</summary>
internal sealed class JobEmbedding
{
    public const int SpaceLength = 80;

    public required string JobId { get; init; }

    public required int Image { get; init; }

    /// <summary>As <see cref="ModelDescription.EmbeddingSpace"/>: those of different spaces are never compared.</summary>
    public required string Space { get; init; }

    /// <summary>32-bit floats, little-endian, together of length 1.</summary>
    public required byte[] Vector { get; init; }

    /// <summary>Whether these bytes are an embedding: a worker's word, which is kept and compared for years.</summary>
    public static bool IsValid(string? space, byte[]? vector)
    {
        if (space is not { Length: > 0 and <= SpaceLength } || vector is not { Length: > 0 and <= InferenceProtocol.EmbeddingMaxBytes } || vector.Length % sizeof(float) != 0)
            return false;
        var length = Dot(vector, vector);
        return double.IsFinite(length) && Math.Abs(length - 1) < 0.01;
    }

    /// <summary>The cosine of two embeddings of one space; null where they cannot be of one.</summary>
    public static double? Similarity(byte[] left, byte[] right) => left.Length == right.Length ? Dot(left, right) : null;

    private static double Dot(byte[] left, byte[] right)
    {
        var sum = 0.0;
        if (BitConverter.IsLittleEndian)
        {
            var a = MemoryMarshal.Cast<byte, float>(left);
            var b = MemoryMarshal.Cast<byte, float>(right);
            for (var i = 0; i < a.Length; i++)
                sum += (double)a[i] * b[i];
            return sum;
        }

        for (var i = 0; i < left.Length; i += sizeof(float))
            sum += (double)BinaryPrimitives.ReadSingleLittleEndian(left.AsSpan(i)) * BinaryPrimitives.ReadSingleLittleEndian(right.AsSpan(i));
        return sum;
    }
}
