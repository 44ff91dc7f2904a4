using System.Buffers.Binary;

namespace CanvasWeb.Imaging.Headers;

/// <summary>Walks the chunks of a WebP file (RFC 9649).</summary>
internal static class WebPFile
{
    private const int FirstChunk = 12;

    public static ImageInfo ReadInfo(ReadOnlySpan<byte> file)
    {
        var position = FirstChunk;
        if (file.Length - position < 8)
            throw Truncated();
        var type = file.Slice(position, 4);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(file[(position + 4)..]);
        var data = file[(position + 8)..];
        data = data[..(int)Math.Min(length, (uint)data.Length)];
        if (data.Length < 10)
            throw length < 10 ? Broken("its header is too short") : Truncated();

        if (type.SequenceEqual("VP8 "u8))
        {
            // RFC 6386, 9.1: three bytes of frame tag, the start code 9d 01 2a, then 14 bits of width and of height with scaling above them.
            if (data[3] != 0x9D || data[4] != 0x01 || data[5] != 0x2A)
                throw Broken("it does not begin with a key frame");
            return Info(BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF, 1, hasAlpha: false);
        }

        if (type.SequenceEqual("VP8L"u8))
        {
            // RFC 9649, 3.4: signature 0x2f, 14 bits of width - 1, 14 bits of height - 1, one bit of alpha.
            if (data[0] != 0x2F)
                throw Broken("its lossless header is wrong");
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return Info((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1, 1, ((bits >> 28) & 1) != 0);
        }

        if (!type.SequenceEqual("VP8X"u8))
            throw Broken("its first part is unknown");

        // RFC 9649, 2.7: flags (animation is bit 1, alpha bit 4), three reserved bytes, 24 bits each of width - 1 and height - 1.
        var animated = (data[0] & 0x02) != 0;
        var width = (data[4] | (data[5] << 8) | (data[6] << 16)) + 1;
        var height = (data[7] | (data[8] << 8) | (data[9] << 16)) + 1;
        return Info(width, height, animated ? CountFrames(file) : 1, (data[0] & 0x10) != 0);
    }

    /// <summary>Whether the file is as long as its RIFF header says.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> file) => (ulong)BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8 <= (ulong)file.Length;

    /// <summary>Whether there is a chunk of lossless pixels (VP8L). An animation's lie deeper and do not count.</summary>
    public static bool HasLosslessPixels(ReadOnlySpan<byte> file)
    {
        var position = FirstChunk;
        while (TryReadChunk(file, ref position, out var type, out _))
        {
            if (type.SequenceEqual("VP8L"u8))
                return true;
        }

        return false;
    }

    /// <summary>Whether a chunk of lossless pixels is the only one and ends with the file.</summary>
    public static bool IsBareLossless(ReadOnlySpan<byte> file)
    {
        var position = FirstChunk;
        return TryReadChunk(file, ref position, out var type, out _) && type.SequenceEqual("VP8L"u8) && position == file.Length;
    }

    /// <summary>Steps over one chunk; false at the end of the file or when the chunk would pass it. Chunks are padded to even lengths.</summary>
    public static bool TryReadChunk(ReadOnlySpan<byte> file, ref int position, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> data)
    {
        type = default;
        data = default;
        if (position > file.Length - 8)
            return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(file[(position + 4)..]);
        if (length > file.Length - position - 8)
            return false;
        type = file.Slice(position, 4);
        data = file.Slice(position + 8, (int)length);
        position += 8 + (int)length + (int)(length & 1);
        return true;
    }

    /// <summary>The position of the first chunk.</summary>
    public static int Start => FirstChunk;

    // An animation of a single frame is still an animation to a decoder of still pictures, so at least 2 are reported.
    private static int CountFrames(ReadOnlySpan<byte> file)
    {
        var position = FirstChunk;
        var frames = 0;
        while (TryReadChunk(file, ref position, out var type, out _))
        {
            if (type.SequenceEqual("ANMF"u8))
                frames++;
        }

        return Math.Max(frames, 2);
    }

    private static ImageInfo Info(int width, int height, int frames, bool hasAlpha) => width == 0 || height == 0
        ? throw Broken("its size is not possible")
        : new ImageInfo(ImageFormat.WebP, width, height, frames, hasAlpha);

    private static ImageException Truncated() => new(ImageErrorCodes.Truncated, "The WebP file ends inside its header: fetch or save it again.");

    private static ImageException Broken(string why) => new(ImageErrorCodes.Broken, $"The WebP file is damaged ({why}): fetch or save it again.");
}
