using System.Buffers.Binary;

namespace CanvasWeb.Imaging.Headers;

/// <summary>Reads size and frame count of a GIF (GIF89a specification), only so that a refusal can say which it is.</summary>
internal static class GifFile
{
    public static ImageInfo ReadInfo(ReadOnlySpan<byte> file)
    {
        if (file.Length < 13)
            throw new ImageException(ImageErrorCodes.Truncated, "The GIF file ends inside its header: fetch or save it again.");
        var width = BinaryPrimitives.ReadUInt16LittleEndian(file[6..]);
        var height = BinaryPrimitives.ReadUInt16LittleEndian(file[8..]);
        return new ImageInfo(ImageFormat.Gif, width, height, Math.Max(1, CountFrames(file)), HasAlpha: false);
    }

    private static int CountFrames(ReadOnlySpan<byte> file)
    {
        var position = 13 + ColourTableBytes(file[10]);
        var frames = 0;
        while (position < file.Length)
        {
            switch (file[position])
            {
                case 0x2C when file.Length - position > 10:
                    frames++;

                    // Image descriptor (10 bytes), local colour table, one byte of LZW code size, then sub-blocks.
                    position = SkipSubBlocks(file, position + 10 + ColourTableBytes(file[position + 9]) + 1);
                    break;
                case 0x21:
                    position = SkipSubBlocks(file, position + 2);
                    break;
                default:
                    return frames;
            }
        }

        return frames;
    }

    private static int ColourTableBytes(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static int SkipSubBlocks(ReadOnlySpan<byte> file, int position)
    {
        while (position < file.Length && file[position] != 0)
            position += file[position] + 1;
        return position + 1;
    }
}
