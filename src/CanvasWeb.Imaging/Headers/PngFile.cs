using System.Buffers.Binary;

namespace CanvasWeb.Imaging.Headers;

/// <summary>Walks the chunks of a PNG file (PNG specification, third edition, sections 5 and 11). Nothing is decompressed here.</summary>
internal static class PngFile
{
    /// <summary>Length, type and checksum around every chunk's data.</summary>
    public const int ChunkOverhead = 12;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static ImageInfo ReadInfo(ReadOnlySpan<byte> file)
    {
        var position = Signature.Length;
        if (!TryReadChunk(file, ref position, out var type, out var header))
            throw new ImageException(ImageErrorCodes.Truncated, "The PNG file ends inside its header: fetch or save it again.");
        if (!type.SequenceEqual("IHDR"u8) || header.Length != 13)
            throw Broken("its header is missing");
        var width = BinaryPrimitives.ReadUInt32BigEndian(header);
        var height = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            throw Broken("its size is not possible");

        // Colour types 4 and 6 have an alpha channel (section 11.2.1); a tRNS chunk makes colours transparent in the others.
        var hasAlpha = header[9] is 4 or 6;
        var frames = 1;
        while (TryReadChunk(file, ref position, out type, out var data) && !type.SequenceEqual("IDAT"u8))
        {
            if (type.SequenceEqual("tRNS"u8))
                hasAlpha = true;
            else if (type.SequenceEqual("acTL"u8) && data.Length >= 4)
                frames = (int)Math.Min(Math.Max(1, BinaryPrimitives.ReadUInt32BigEndian(data)), int.MaxValue);
        }

        return new ImageInfo(ImageFormat.Png, (int)width, (int)height, frames, hasAlpha);
    }

    /// <summary>Whether the chunks reach the end mark. Trailing bytes after it are ignored by every decoder and here.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> file)
    {
        var position = Signature.Length;
        while (TryReadChunk(file, ref position, out var type, out _))
        {
            if (type.SequenceEqual("IEND"u8))
                return true;
        }

        return false;
    }

    /// <summary>Steps over one chunk; false at the end of the file or when the chunk would pass it.</summary>
    public static bool TryReadChunk(ReadOnlySpan<byte> file, ref int position, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> data)
    {
        type = default;
        data = default;
        if (file.Length - position < ChunkOverhead)
            return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(file[position..]);
        if (length > file.Length - position - ChunkOverhead)
            return false;
        type = file.Slice(position + 4, 4);
        data = file.Slice(position + 8, (int)length);
        position += ChunkOverhead + (int)length;
        return true;
    }

    private static ImageException Broken(string why) => new(ImageErrorCodes.Broken, $"The PNG file is damaged ({why}): fetch or save it again.");
}
