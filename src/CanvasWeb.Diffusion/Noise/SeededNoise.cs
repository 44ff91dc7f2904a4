namespace CanvasWeb.Diffusion.Noise;

/// <summary>
/// Unit normal noise that depends on nothing but (seed, image index, stream, position): counter-based, so the k-th picture of a
/// request gets the same noise alone or in a batch, in any order, on any thread.
/// </summary>
/// <remarks>
/// Philox4x32-10 keyed with the 64-bit seed. The 128-bit counter holds the block number (position / 4), the image index and the
/// stream's 64-bit hash, so no two (image, position) pairs of a stream can ever meet; two streams meet only where their FNV-1a hashes
/// do. The transcendental functions run in double and are rounded to float at the end: the same machine gives the same bits, and
/// another C library can differ in the last bit of few values only.
/// </remarks>
/// <param name="Seed">The request's seed.</param>
/// <param name="ImageIndex">Which picture of the request, from 0.</param>
public readonly record struct SeededNoise(ulong Seed, int ImageIndex)
{
    // FNV-1a's 64-bit constants (Fowler, Noll, Vo).
    private const ulong FnvOffset = 0xCBF29CE484222325;
    private const ulong FnvPrime = 0x00000100000001B3;

    /// <summary>Hash of the scope's name and its slash, xored with the offset basis so that <c>default</c> is "no scope".</summary>
    private ulong ScopeState { get; init; }

    /// <summary>
    /// The same noise under a name: <c>noise.Scope("prior").Fill(x, "step/3")</c> is <c>noise.Fill(x, "prior/step/3")</c>. Two samplers
    /// of one picture (prior and decoder) each need their own, or they would draw the same steps' noise.
    /// </summary>
    public SeededNoise Scope(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return this with { ScopeState = Hash(Hash(ScopeState ^ FnvOffset, name), "/") ^ FnvOffset };
    }

    /// <summary>Fills with draws of the normal distribution N(0, 1).</summary>
    /// <param name="destination">Receives the noise; position i is the same value whatever the length.</param>
    /// <param name="stream">Names what the noise is for, so that two uses never share draws: for example "latents", "prior", "step/7".</param>
    public void Fill(Span<float> destination, ReadOnlySpan<char> stream)
    {
        var hash = Hash(ScopeState ^ FnvOffset, stream);
        Span<float> block = stackalloc float[4];
        for (var start = 0; start < destination.Length; start += 4)
        {
            FillBlock(block, (uint)start / 4, hash);
            block[..Math.Min(4, destination.Length - start)].CopyTo(destination[start..]);
        }
    }

    /// <summary>Fills from the stream "step/{callIndex}", which every stochastic sampler draws from, without allocating.</summary>
    internal void FillStep(Span<float> destination, int callIndex)
    {
        Span<char> stream = stackalloc char[16];
        "step/".CopyTo(stream);
        callIndex.TryFormat(stream[5..], out var written, default, System.Globalization.CultureInfo.InvariantCulture);
        Fill(destination, stream[..(5 + written)]);
    }

    private void FillBlock(Span<float> block, uint index, ulong stream)
    {
        var (r0, r1, r2, r3) = Philox4x32.Block(
            (index, (uint)ImageIndex, (uint)stream, (uint)(stream >> 32)), ((uint)Seed, (uint)(Seed >> 32)));
        (block[0], block[1]) = BoxMuller(r0, r1);
        (block[2], block[3]) = BoxMuller(r2, r3);
    }

    /// <summary>Box and Muller 1958: two uniform draws to two independent normal ones.</summary>
    private static (float, float) BoxMuller(uint radius, uint angle)
    {
        // Half a unit up keeps the logarithm's argument inside (0, 1): the largest value is sqrt(-2 ln 2^-33) = 6.76.
        var r = Math.Sqrt(-2 * Math.Log((radius + 0.5) / 4294967296.0));
        var (sin, cos) = Math.SinCos(2 * Math.PI * ((angle + 0.5) / 4294967296.0));
        return ((float)(r * cos), (float)(r * sin));
    }

    /// <summary>FNV-1a over the UTF-16 code units, low byte first. string.GetHashCode is salted for each process and of no use here.</summary>
    private static ulong Hash(ulong state, ReadOnlySpan<char> text)
    {
        foreach (var unit in text)
        {
            state = (state ^ (byte)unit) * FnvPrime;
            state = (state ^ (byte)(unit >> 8)) * FnvPrime;
        }

        return state;
    }
}
