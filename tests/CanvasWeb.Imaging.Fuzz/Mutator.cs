using System.Buffers.Binary;

namespace CanvasWeb.Imaging.Fuzz;

/// <summary>Damages files the way fuzzers do: single bits, numbers at the edges, blocks cut, doubled or taken from another file.</summary>
internal static class Mutator
{
    private static ReadOnlySpan<uint> EdgeNumbers => [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];

    public static byte[] Mutate(byte[] file, IReadOnlyList<byte[]> others, Random random)
    {
        var bytes = new List<byte>(file);
        var rounds = 1 + random.Next(4);
        for (var i = 0; i < rounds && bytes.Count > 8; i++)
            MutateOnce(bytes, others, random);
        var result = bytes.ToArray();

        // A PNG with one changed byte is refused by its checksum, a WebP of another length by its header: right most of them, so that
        // the decoders themselves are reached.
        if (random.Next(4) > 0)
        {
            RepairPngChecksums(result);
            RepairWebPLength(result);
        }

        return result;
    }

    private static void MutateOnce(List<byte> bytes, IReadOnlyList<byte[]> others, Random random)
    {
        var at = random.Next(bytes.Count);
        var length = Math.Min(bytes.Count - at, 1 + random.Next(16));
        switch (random.Next(8))
        {
            case 0:
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes[at] = (byte)random.Next(256);
                break;
            case 3:
                WriteEdgeNumber(bytes, at, random);
                break;
            case 4:
                bytes.RemoveRange(at, length);
                break;
            case 5:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 6:
                var other = others[random.Next(others.Count)];
                var from = random.Next(other.Length);
                for (var i = 0; i < length && from + i < other.Length; i++)
                    bytes[at + i] = other[from + i];
                break;
            default:
                // Cutting the end off is refused so early that it is not worth an eighth of the mutations.
                if (random.Next(4) == 0)
                    bytes.RemoveRange(at, bytes.Count - at);
                else
                    bytes[at] = (byte)~bytes[at];
                break;
        }
    }

    private static void WriteEdgeNumber(List<byte> bytes, int at, Random random)
    {
        Span<byte> number = stackalloc byte[4];
        var value = EdgeNumbers[random.Next(EdgeNumbers.Length)];
        if (random.Next(2) == 0)
            BinaryPrimitives.WriteUInt32BigEndian(number, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(number, value);
        var used = random.Next(2) == 0 ? number : number[2..];
        for (var i = 0; i < used.Length && at + i < bytes.Count; i++)
            bytes[at + i] = used[i];
    }

    private static void RepairWebPLength(Span<byte> file)
    {
        if (file.Length >= 12 && file.StartsWith("RIFF"u8))
            BinaryPrimitives.WriteInt32LittleEndian(file[4..], file.Length - 8);
    }

    private static void RepairPngChecksums(Span<byte> file)
    {
        if (file.Length < 8 || file[1] != (byte)'P')
            return;
        for (var position = 8; position + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[position..]);
            if (length > file.Length - position - 12)
                return;
            BinaryPrimitives.WriteUInt32BigEndian(file[(position + 8 + (int)length)..], Crc32(file.Slice(position + 4, (int)length + 4)));
            position += (int)length + 12;
        }
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }

        return ~crc;
    }
}
