using System.Buffers.Binary;

namespace CanvasWeb.Imaging.Headers;

/// <summary>Walks the marker segments of a JPEG file (ITU-T T.81, annex B).</summary>
internal static class JpegFile
{
    public const byte App1 = 0xE1;
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;

    public static ImageInfo ReadInfo(ReadOnlySpan<byte> file)
    {
        var position = 2;
        while (TryReadSegment(file, ref position, out var marker, out var data))
        {
            if (marker is StartOfScan or EndOfImage)
                break;
            if (!IsStartOfFrame(marker))
                continue;
            if (data.Length < 6)
                throw Broken("its frame header is too short");

            // T.81 B.2.2: precision (1), lines (2), samples a line (2), components (1). SOF0 to SOF2 are baseline, extended and
            // progressive with Huffman coding; the others (lossless, hierarchical, arithmetic) no browser shows either.
            if (marker is not (0xC0 or 0xC1 or 0xC2) || data[0] != 8)
                throw new ImageException(ImageErrorCodes.UnsupportedFormat, "The JPEG file uses a rare coding (lossless, arithmetic or 12-bit): save it as an ordinary JPEG or PNG.");
            var height = BinaryPrimitives.ReadUInt16BigEndian(data[1..]);
            var width = BinaryPrimitives.ReadUInt16BigEndian(data[3..]);
            if (width == 0 || height == 0)
                throw Broken("its size is not possible");
            return new ImageInfo(ImageFormat.Jpeg, width, height, 1, HasAlpha: false);
        }

        if (position >= file.Length - 1)
            throw new ImageException(ImageErrorCodes.Truncated, "The JPEG file ends inside its header: fetch or save it again.");
        throw Broken("it has no frame header");
    }

    /// <summary>Whether an end mark follows the first scan. Cameras write padding and whole further pictures after it, so it is searched from behind.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> file)
    {
        var position = 2;
        while (TryReadSegment(file, ref position, out var marker, out _))
        {
            if (marker == StartOfScan)
                return file[position..].LastIndexOf((ReadOnlySpan<byte>)[0xFF, EndOfImage]) >= 0;
            if (marker == EndOfImage)
                return false;
        }

        return false;
    }

    /// <summary>
    /// How many scans the picture has. Each one, though it may be a dozen bytes, makes a decoder walk over all pixels, so their number is
    /// limited like the pixels' own (libjpeg-turbo, "Two Issues with the JPEG Standard", LJT-01-003).
    /// </summary>
    public static int CountScans(ReadOnlySpan<byte> file)
    {
        var position = 2;
        var scans = 0;
        while (TryReadSegment(file, ref position, out var marker, out _) && marker != EndOfImage)
        {
            if (marker != StartOfScan)
                continue;
            scans++;

            // Coded data: an 0xFF in it is followed by 0 or by a restart marker, D0 to D7 (T.81 B.1.1.2 and B.1.1.5).
            for (var next = 0; next >= 0 && position < file.Length;)
            {
                next = file[position..].IndexOf((byte)0xFF);
                position = next < 0 ? file.Length : position + next;
                if (position + 1 < file.Length && file[position + 1] is not (0 or (>= 0xD0 and <= 0xD7)))
                    break;
                position += 2;
            }
        }

        return scans;
    }

    /// <summary>Steps over one marker segment; false at the end of the file, when the segment would pass it, or when no marker stands here.</summary>
    /// <param name="data">The segment without marker and length; empty for an end mark.</param>
    public static bool TryReadSegment(ReadOnlySpan<byte> file, ref int position, out byte marker, out ReadOnlySpan<byte> data)
    {
        marker = 0;
        data = default;

        // Any number of 0xFF may stand before a marker (T.81 B.1.1.2).
        if (position >= file.Length || file[position] != 0xFF)
            return false;
        while (position < file.Length && file[position] == 0xFF)
            position++;
        if (position >= file.Length)
            return false;
        marker = file[position++];
        if (marker is EndOfImage or 0x01 or (>= 0xD0 and <= 0xD8))
            return true;
        if (file.Length - position < 2)
        {
            position = file.Length;
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(file[position..]);
        if (length < 2)
            return false;
        if (length > file.Length - position)
        {
            position = file.Length;
            return false;
        }

        data = file.Slice(position + 2, length - 2);
        position += length;
        return true;
    }

    // T.81 table B.1: C4, C8 and CC in the range of frame markers are tables and reserved.
    private static bool IsStartOfFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static ImageException Broken(string why) => new(ImageErrorCodes.Broken, $"The JPEG file is damaged ({why}): fetch or save it again.");
}
