using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using CanvasWeb.Imaging.Headers;
using CanvasWeb.Imaging.Native;

namespace CanvasWeb.Imaging.Tests;

/// <summary>Picture files put together byte by byte, for what our own encoder never writes.</summary>
internal static class TestFiles
{
    /// <summary>A PNG of any colour type: <paramref name="samples"/> are the rows without filter bytes.</summary>
    public static byte[] Png(int width, int height, byte bitDepth, byte colourType, byte[] samples, params (string Type, byte[] Data)[] beforePixels)
    {
        var rowBytes = samples.Length / height;
        using var raw = new MemoryStream();
        using (var zlib = new ZLibStream(raw, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(samples, y * rowBytes, rowBytes);
            }
        }

        return [.. PngFile.Signature, .. PngHeader(width, height, bitDepth, colourType), .. beforePixels.SelectMany(c => PngText.Chunk(Encoding.ASCII.GetBytes(c.Type), c.Data)), .. PngText.Chunk("IDAT"u8, raw.ToArray()), .. PngText.Chunk("IEND"u8, [])];
    }

    public static byte[] PngHeader(int width, int height, byte bitDepth, byte colourType)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = bitDepth;
        header[9] = colourType;
        return PngText.Chunk("IHDR"u8, header);
    }

    /// <summary>A TIFF block as EXIF has it, with the orientation (tag 0x0112) as its only entry.</summary>
    public static byte[] Exif(int orientation) =>
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    /// <summary>Puts a segment right behind a JPEG's first marker.</summary>
    public static byte[] WithJpegSegment(byte[] jpeg, byte marker, byte[] data) =>
        [jpeg[0], jpeg[1], 0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data, .. jpeg.AsSpan(2)];

    /// <summary>A WebP of an extended header and any chunks.</summary>
    public static byte[] WebPExtended(byte flags, int width, int height, params (string Type, byte[] Data)[] chunks)
    {
        byte[] header = [flags, 0, 0, 0, (byte)(width - 1), (byte)((width - 1) >> 8), (byte)((width - 1) >> 16), (byte)(height - 1), (byte)((height - 1) >> 8), (byte)((height - 1) >> 16)];
        return Riff([("VP8X", header), .. chunks]);
    }

    /// <summary>Wraps a still WebP's pixels into an animation with the same frame several times.</summary>
    public static byte[] AnimatedWebP(PixelImage picture, int frames)
    {
        var still = ImageEncoder.Encode(picture, new EncodeOptions { Format = ImageFormat.WebP });
        byte[] size = [(byte)(picture.Width - 1), 0, 0, (byte)(picture.Height - 1), 0, 0];
        byte[] frame = [0, 0, 0, 0, 0, 0, .. size, 100, 0, 0, 0, .. still.AsSpan(12)];
        return WebPExtended(0x02, picture.Width, picture.Height, [("ANIM", new byte[6]), .. Enumerable.Repeat(("ANMF", frame), frames)]);
    }

    /// <summary>A GIF of 1 x 1 pixel with the same frame several times.</summary>
    public static byte[] Gif(int frames)
    {
        byte[] header = [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];
        byte[] frame = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0];
        return [.. header, .. Enumerable.Repeat(frame, frames).SelectMany(f => f), 0x3B];
    }

    /// <summary>
    /// Encodes a picture through a colour space of another profile that libvips has inside ("p3", "cmyk"), with that profile embedded when asked.
    /// </summary>
    public static unsafe byte[] WithProfile(PixelImage image, string profile, string saver, bool embed, int depth = 8)
    {
        var rgb = image.Rgba.Chunk(4).SelectMany(p => p.Take(3)).ToArray();
        VipsRuntime.EnsureStarted();
        fixed (byte* memory = rgb)
        {
            using var raw = new GObjectHandle(NativeMethods.VipsImageNewFromMemory(memory, (nuint)rgb.Length, image.Width, image.Height, 3, VipsEnums.FormatUchar));
            using var copy = new VipsOperation("copy").Set("in", raw).SetEnum("interpretation", "VipsInterpretation", VipsEnums.InterpretationSrgb);
            Assert.True(copy.TryBuild(), VipsRuntime.TakeErrors());
            using var srgb = copy.GetImage("out");
            using var transform = new VipsOperation("icc_transform").Set("in", srgb).Set("input-profile", "srgb").Set("output-profile", profile).Set("depth", depth)
                .SetEnum("intent", "VipsIntent", VipsEnums.IntentRelative);
            Assert.True(transform.TryBuild(), VipsRuntime.TakeErrors());
            using var converted = transform.GetImage("out");
            using var save = new VipsOperation(saver).Set("in", converted).SetFlags("keep", "VipsForeignKeep", embed ? 8u : 0u);
            if (saver is "jpegsave_buffer")
                save.Set("Q", 98);
            Assert.True(save.TryBuild(), VipsRuntime.TakeErrors());
            return save.GetBytes("buffer");
        }
    }

    private static byte[] Riff((string Type, byte[] Data)[] chunks)
    {
        using var body = new MemoryStream();
        foreach (var (type, data) in chunks)
        {
            body.Write(Encoding.ASCII.GetBytes(type));
            body.Write(BitConverter.GetBytes(data.Length));
            body.Write(data);
            if (data.Length % 2 == 1)
                body.WriteByte(0);
        }

        return [.. "RIFF"u8, .. BitConverter.GetBytes((int)body.Length + 4), .. "WEBP"u8, .. body.ToArray()];
    }
}
