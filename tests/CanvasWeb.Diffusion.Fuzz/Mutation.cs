namespace CanvasWeb.Diffusion.Fuzz;

/// <summary>Damage to a file, drawn from a seed: the same number gives the same bytes.</summary>
internal static class Mutation
{
    public static byte[] Apply(IReadOnlyList<byte[]> corpus, Random random)
    {
        var bytes = (byte[])corpus[random.Next(corpus.Count)].Clone();
        for (var times = random.Next(1, 3); times > 0 && bytes.Length > 0; times--)
        {
            var at = random.Next(bytes.Length);
            var length = Math.Min(random.Next(1, 9), bytes.Length - at);
            bytes = random.Next(16) switch
            {
                0 => FlipBits(bytes, at, length, random),
                1 => bytes[..at],
                2 => [.. bytes[..at], .. bytes[(at + length)..]],
                3 => [.. bytes[..at], .. RandomBytes(length, random), .. bytes[at..]],
                4 => [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]],
                5 => Fill(bytes, at, length, 0xFF),
                6 => Fill(bytes, at, length, 0),
                7 => Splice(bytes, corpus[random.Next(corpus.Count)], random),

                // Half of the time one byte only: most other damage is found at once by its lengths, and nothing deeper is reached.
                _ => Set(bytes, at, (byte)random.Next(256)),
            };
        }

        return bytes;
    }

    private static byte[] FlipBits(byte[] bytes, int at, int length, Random random)
    {
        for (var i = at; i < at + length; i++)
            bytes[i] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private static byte[] RandomBytes(int length, Random random)
    {
        var result = new byte[length];
        random.NextBytes(result);
        return result;
    }

    private static byte[] Fill(byte[] bytes, int at, int length, byte value)
    {
        Array.Fill(bytes, value, at, length);
        return bytes;
    }

    private static byte[] Set(byte[] bytes, int at, byte value)
    {
        bytes[at] = value;
        return bytes;
    }

    private static byte[] Splice(byte[] bytes, byte[] other, Random random)
    {
        var from = random.Next(other.Length);
        var length = Math.Min(random.Next(1, 65), other.Length - from);
        var at = random.Next(bytes.Length);
        return [.. bytes[..at], .. other[from..(from + length)], .. bytes[at..]];
    }
}
