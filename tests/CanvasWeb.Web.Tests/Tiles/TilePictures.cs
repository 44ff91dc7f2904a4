using System.Buffers.Binary;
using System.IO.Compression;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Imaging;

namespace CanvasWeb.Web.Tests.Tiles;

/// <summary>Pictures by arithmetic and files byte by byte, so that none has to be committed.</summary>
internal static class TilePictures
{
    /// <summary>Every colour from a seed: any change of any byte shows.</summary>
    public static PixelImage Noise(int width, int height, int seed, bool opaque = true)
    {
        var picture = new PixelImage(width, height);
        new Random(seed).NextBytes(picture.Rgba);
        for (var i = 3; opaque && i < picture.Rgba.Length; i += 4)
            picture.Rgba[i] = 255;
        return picture;
    }

    public static PixelImage Make(int width, int height, Func<int, int, (int R, int G, int B, int A)> colour)
    {
        var picture = new PixelImage(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (r, g, b, a) = colour(x, y);
                ((byte[])[(byte)r, (byte)g, (byte)b, (byte)a]).CopyTo(picture.Rgba, picture.Offset(x, y));
            }
        }

        return picture;
    }

    public static PixelImage Plain(int width, int height, int r, int g, int b, int a = 255) => Make(width, height, (_, _) => (r, g, b, a));

    /// <summary>What a photograph is like: large soft shapes with a little grain.</summary>
    public static PixelImage Scene(int width, int height) => Make(width, height, (x, y) =>
        ((int)(128 + (90 * Math.Sin(x / 97.0)) + (x * 7 % 5)), (int)(128 + (90 * Math.Cos(y / 71.0)) + (y * 3 % 7)), (x + y) / 8 % 256, 255));

    public static (int R, int G, int B, int A) Pixel(PixelImage picture, int x, int y)
    {
        var at = picture.Offset(x, y);
        return (picture.Rgba[at], picture.Rgba[at + 1], picture.Rgba[at + 2], picture.Rgba[at + 3]);
    }

    public static byte[] Encode(PixelImage picture, ImageFormat format, bool lossless = false) =>
        ImageEncoder.Encode(picture, new EncodeOptions { Format = format, Lossless = lossless });

    public static PixelImage Decode(ReadOnlySpan<byte> file) => ImageDecoder.Decode(file, new ImageLimits { MaxPixels = 300_000_000 });

    /// <summary>An op that puts a picture on the board, as large as it is unless said otherwise.</summary>
    public static TileAdd Add(string id, TileContent content, Transform at, string order = "a0", NodeStyle? style = null) => new(new(id), at, new(order), content, style);

    /// <summary>A PNG whose header claims a size, with hardly any pixels behind it.</summary>
    public static byte[] PngClaiming(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 6);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(new byte[100_000]);
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. PngChunk("IHDR"u8, header), .. PngChunk("IDAT"u8, packed.ToArray()), .. PngChunk("IEND"u8, [])];
    }

    /// <summary>A still PNG made into an animation of two frames by its header.</summary>
    public static byte[] AnimatedPng(PixelImage picture)
    {
        var png = Encode(picture, ImageFormat.Png);
        return [.. png.AsSpan(0, 33), .. PngChunk("acTL"u8, [0, 0, 0, 2, 0, 0, 0, 0]), .. png.AsSpan(33)];
    }

    /// <summary>A JPEG with an EXIF block: orientation 6 (to be turned clockwise) and a place on Earth under "GPS".</summary>
    public static byte[] JpegWithPlace(PixelImage picture)
    {
        var jpeg = Encode(picture, ImageFormat.Jpeg);
        byte[] exif =
        [
            .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8,

            // Two entries: orientation, and where the GPS block begins.
            0, 2,
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0,
            0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38,
            0, 0, 0, 0,

            // GPS: latitude reference "N" and the map datum.
            0, 2,
            0, 1, 0, 2, 0, 0, 0, 2, (byte)'N', 0, 0, 0,
            0, 18, 0, 2, 0, 0, 0, 15, 0, 0, 0, 68,
            0, 0, 0, 0,
            .. "GPSHOME-52.3702\0"u8,
        ];
        return [jpeg[0], jpeg[1], 0xFF, 0xE1, (byte)((exif.Length + 2) >> 8), (byte)(exif.Length + 2), .. exif, .. jpeg.AsSpan(2)];
    }

    private static byte[] PngChunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
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
