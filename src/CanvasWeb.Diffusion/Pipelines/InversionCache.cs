using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>
/// Remembers the noise that inversion found for the last pictures, so that a slider that is moved pays for it once. What is remembered depends on nothing but
/// its key, so a request gives the same bytes with it and without. One generation at a time, as for pipelines.
/// </summary>
/// <param name="capacity">Pictures with their settings; the one that was not asked for longest goes first.</param>
public sealed class InversionCache(int capacity)
{
    // The most recently used last.
    private readonly List<(string Key, float[] Noise)> _found = [];

    /// <summary>How often something was not there and had to be found.</summary>
    public int Misses { get; private set; }

    /// <summary>All that the noise of a picture depends on, as one number.</summary>
    internal static string KeyOf(PipelineInfo info, PixelImage picture, string words, ReadOnlySpan<float> givenEmbedding, string settings)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(size, picture.Width);
        BinaryPrimitives.WriteInt32LittleEndian(size[4..], picture.Height);
        hash.AppendData(size);
        hash.AppendData(picture.Rgba);

        // Of fixed length, or none: then the picture says it.
        hash.AppendData(MemoryMarshal.AsBytes(givenEmbedding));

        // None of these holds a zero byte, which ends each.
        hash.AppendData(Encoding.UTF8.GetBytes($"{info.Name}\0{settings}\0{words}"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    internal float[]? Find(string key)
    {
        var at = _found.FindIndex(entry => entry.Key == key);
        if (at < 0)
        {
            Misses++;
            return null;
        }

        var entry = _found[at];
        _found.RemoveAt(at);
        _found.Add(entry);
        return entry.Noise;
    }

    internal void Add(string key, float[] noise)
    {
        if (_found.Count >= Math.Max(1, capacity))
            _found.RemoveAt(0);
        _found.Add((key, noise));
    }
}
