namespace CanvasWeb.Imaging.Fuzz;

/// <summary>The valid files that mutations start from: every codec path that a few hundred bytes can reach.</summary>
internal static class SeedFiles
{
    public static IReadOnlyList<byte[]> Make()
    {
        var opaque = Picture(transparent: false);
        var transparent = Picture(transparent: true);
        const string Parameters = "{\"prompt\":\"a cube\",\"seed\":7}";
        return
        [
            ImageEncoder.Encode(opaque, new EncodeOptions()),
            ImageEncoder.Encode(transparent, new EncodeOptions { Parameters = Parameters }),
            ImageEncoder.Encode(opaque, new EncodeOptions { Format = ImageFormat.Jpeg, Quality = 95, Parameters = Parameters }),
            ImageEncoder.Encode(opaque, new EncodeOptions { Format = ImageFormat.Jpeg, Quality = 60 }),
            ImageEncoder.Encode(opaque, new EncodeOptions { Format = ImageFormat.WebP }),
            ImageEncoder.Encode(transparent, new EncodeOptions { Format = ImageFormat.WebP, Parameters = Parameters }),
            ImageEncoder.Encode(transparent, new EncodeOptions { Format = ImageFormat.WebP, Lossless = true }),
        ];
    }

    private static PixelImage Picture(bool transparent)
    {
        var image = new PixelImage(13, 11);
        for (var i = 0; i < image.Rgba.Length; i++)
            image.Rgba[i] = (byte)((i * 7) ^ (i >> 3));
        for (var i = 3; i < image.Rgba.Length && !transparent; i += 4)
            image.Rgba[i] = byte.MaxValue;
        return image;
    }
}
