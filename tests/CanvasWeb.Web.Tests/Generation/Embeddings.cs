using System.Buffers.Binary;

namespace CanvasWeb.Web.Tests.Generation;

/// <summary>Embeddings of a few numbers, as workers write them.</summary>
internal static class Embeddings
{
    public static byte[] Of(params ReadOnlySpan<float> numbers)
    {
        var bytes = new byte[numbers.Length * sizeof(float)];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), numbers[i]);
        return bytes;
    }
}
