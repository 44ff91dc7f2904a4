using System.Globalization;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>Names of downloaded files.</summary>
internal static class FileNames
{
    private const int MostLetters = 60;

    /// <summary>"winter-fair-3.webp": the gallery's title in plain letters, and the picture's place.</summary>
    public static string Of(string title, GalleryItem item, string type)
    {
        // Letters of every language are fine in a file name; what lies between them is one dash.
        var words = string.Concat(title.Select(static letter => char.IsLetterOrDigit(letter) ? char.ToLower(letter, CultureInfo.InvariantCulture) : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = string.Join('-', words);
        name = name.Length == 0 ? "picture" : name.Length <= MostLetters ? name : name[..MostLetters];
        return string.Create(CultureInfo.InvariantCulture, $"{name}-{item.Position + 1}.{(type == "image/png" ? "png" : "webp")}");
    }
}
