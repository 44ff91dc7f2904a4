using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace CanvasWeb.Imaging.Headers;

/// <summary>Text chunks of PNG files (PNG specification, third edition, section 11.3.3).</summary>
internal static class PngText
{
    /// <summary>A compressed text may be small and its contents endless: reading stops here.</summary>
    private const int MaxTextBytes = 1 << 20;

    /// <summary>The keyword that XMP reserves in PNG.</summary>
    public const string XmpKeyword = "XML:com.adobe.xmp";

    /// <summary>Adds a text right after the header, where readers find it before the pixels: tEXt for Latin-1, which every program reads, else iTXt.</summary>
    public static byte[] Insert(byte[] png, string keyword, string text)
    {
        var isLatin1 = text.All(static c => c is '\n' or (>= ' ' and <= '~') or (>= '\u00A0' and <= '\u00FF'));
        return Insert(png, keyword, text, isLatin1);
    }

    /// <summary>Adds an XMP packet as XMP says it (ISO 16684-3, 5.2): one iTXt chunk in UTF-8, not compressed.</summary>
    public static byte[] InsertXmp(byte[] png, ReadOnlySpan<byte> packet) => Insert(png, XmpKeyword, Encoding.UTF8.GetString(packet), isLatin1: false);

    /// <summary>Takes every chunk of a type out.</summary>
    public static byte[] Without(ReadOnlySpan<byte> png, ReadOnlySpan<byte> unwanted)
    {
        using var kept = new MemoryStream(png.Length);
        var position = PngFile.Signature.Length;
        kept.Write(png[..position]);
        for (var start = position; PngFile.TryReadChunk(png, ref position, out var type, out _); start = position)
        {
            if (!type.SequenceEqual(unwanted))
                kept.Write(png[start..position]);
        }

        return kept.ToArray();
    }

    private static byte[] Insert(byte[] png, string keyword, string text, bool isLatin1)
    {
        using var data = new MemoryStream();
        data.Write(Encoding.Latin1.GetBytes(keyword));
        data.WriteByte(0);
        if (isLatin1)
        {
            data.Write(Encoding.Latin1.GetBytes(text));
        }
        else
        {
            // Not compressed, method 0, no language, no translated keyword.
            data.Write([0, 0, 0, 0]);
            data.Write(Encoding.UTF8.GetBytes(text));
        }

        var chunk = Chunk(isLatin1 ? "tEXt"u8 : "iTXt"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        var afterHeader = PngFile.Signature.Length + PngFile.ChunkOverhead + 13;
        return [.. png.AsSpan(0, afterHeader), .. chunk, .. png.AsSpan(afterHeader)];
    }

    /// <summary>The text under a keyword, or null. Checksums are not looked at: this is only ever shown, never trusted.</summary>
    public static string? Read(ReadOnlySpan<byte> png, string keyword)
    {
        var name = Encoding.Latin1.GetBytes(keyword);
        var position = PngFile.Signature.Length;
        while (PngFile.TryReadChunk(png, ref position, out var type, out var data))
        {
            var isText = type.SequenceEqual("tEXt"u8);
            var isCompressed = type.SequenceEqual("zTXt"u8);
            var isInternational = type.SequenceEqual("iTXt"u8);
            if (!isText && !isCompressed && !isInternational)
                continue;
            if (!data.StartsWith(name) || data.Length <= name.Length || data[name.Length] != 0)
                continue;
            data = data[(name.Length + 1)..];
            var text = isText ? Latin1(data) : isCompressed ? Compressed(data) : International(data);
            if (text is not null)
                return text;
        }

        return null;
    }

    /// <summary>A whole chunk: length, type, data, checksum.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[PngFile.ChunkOverhead + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    private static string? Latin1(ReadOnlySpan<byte> data) => data.Length > MaxTextBytes ? null : Encoding.Latin1.GetString(data);

    private static string? Compressed(ReadOnlySpan<byte> data)
    {
        var text = data.IsEmpty || data[0] != 0 ? null : Inflate(data[1..]);
        return text is null ? null : Encoding.Latin1.GetString(text);
    }

    private static string? International(ReadOnlySpan<byte> data)
    {
        // Compression flag, compression method, language tag, 0, translated keyword, 0, text.
        if (data.Length < 4)
            return null;
        var isCompressed = data[0] == 1;
        data = data[2..];
        for (var skip = 0; skip < 2; skip++)
        {
            var end = data.IndexOf((byte)0);
            if (end < 0)
                return null;
            data = data[(end + 1)..];
        }

        if (!isCompressed)
            return data.Length > MaxTextBytes ? null : Encoding.UTF8.GetString(data);
        var text = Inflate(data);
        return text is null ? null : Encoding.UTF8.GetString(text);
    }

    private static byte[]? Inflate(ReadOnlySpan<byte> data)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
            using var text = new MemoryStream();
            var block = new byte[4096];
            int read;
            while ((read = zlib.Read(block)) > 0)
            {
                if (text.Length + read > MaxTextBytes)
                    return null;
                text.Write(block, 0, read);
            }

            return text.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    // PNG specification, annex D. Chunks written here are short: bit by bit is quick enough and needs no table.
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
