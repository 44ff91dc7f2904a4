using System.Globalization;
using System.Text;
using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Output;

/// <summary>Where pictures go: pure functions from the options to paths.</summary>
internal static class OutputNames
{
    /// <summary>Long enough to recognise a prompt by, short enough for any file system (255 bytes a name, at most 4 bytes a letter).</summary>
    private const int MaxSlugLetters = 40;

    /// <summary>Whether <c>--out</c> names a file of a kind that can be written, or a folder.</summary>
    public static bool IsUsable(string path) =>
        IsFolder(path) || ImageFormats.TryFromPath(path, out _);

    /// <summary>Whether a file that <c>--out</c> names holds the pixels without loss: JPEG and WebP, as written here, do not.</summary>
    public static bool KeepsEveryPixel(string path) => IsFolder(path) || (ImageFormats.TryFromPath(path, out var format) && format == ImageFormat.Png);

    /// <summary>The path of picture <paramref name="position"/> of <paramref name="count"/>: <c>out.png</c> alone, <c>out-0.png</c>, <c>out-1.png</c> ... of several.</summary>
    /// <param name="outPath">What <c>--out</c> said; null takes the working folder.</param>
    /// <param name="stem">Name without extension for a folder, see <see cref="DefaultStem"/>.</param>
    /// <param name="position">From 0, in the order of this run; not the image index.</param>
    public static string PathOf(string? outPath, string stem, int position, int count)
    {
        var path = outPath switch
        {
            null => stem + ".png",
            _ when IsFolder(outPath) => Path.Combine(outPath, stem + ".png"),
            _ => outPath,
        };
        if (count == 1)
            return path;
        var extension = Path.GetExtension(path);
        return string.Create(CultureInfo.InvariantCulture, $"{path[..^extension.Length]}-{position}{extension}");
    }

    /// <summary>A name that depends on nothing but what was asked for: <c>a-small-red-cube-7</c>; a later picture of the seed adds its index.</summary>
    public static string DefaultStem(string prompt, ulong seed, int firstImageIndex)
    {
        var slug = Slug(prompt);
        return firstImageIndex == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{slug}-{seed}")
            : string.Create(CultureInfo.InvariantCulture, $"{slug}-{seed}-index{firstImageIndex}");
    }

    private static string Slug(string prompt)
    {
        var slug = new StringBuilder();
        var letters = 0;
        foreach (var rune in prompt.EnumerateRunes())
        {
            if (letters == MaxSlugLetters)
                break;
            if (Rune.IsLetterOrDigit(rune))
            {
                slug.Append(Rune.ToLowerInvariant(rune).ToString());
                letters++;
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
                letters++;
            }
        }

        return slug.ToString().Trim('-') is { Length: > 0 } text ? text : "picture";
    }

    private static bool IsFolder(string path) => Path.EndsInDirectorySeparator(path) || Directory.Exists(path);
}
