using System.Globalization;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Tiles;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>Addresses below a gallery's link. All of them begin with the token, so that what ends the link ends them all, and the pass of its guests fits them all.</summary>
internal static class GalleryRoutes
{
    public const string Page = "/g/{token}";
    public const string Item = "/g/{token}/{item}";
    public const string Password = "/g/{token}/password";
    public const string Report = "/g/{token}/report";
    public const string Remix = "/g/{token}/remix";
    public const string Feed = "/g/{token}/feed.xml";
    public const string Card = "/g/{token}/card.jpg";
    public const string ItemCard = "/g/{token}/p/{item}/card.jpg";
    public const string Picture = "/g/{token}/p/{item}/{level}.webp";
    public const string Before = "/g/{token}/p/{item}/before.webp";
    public const string Film = "/g/{token}/p/{item}/film.webp";
    public const string Download = "/g/{token}/p/{item}/download";
    public const string OEmbed = "/oembed";

    /// <summary>Behind a level's number: three quarters of its size.</summary>
    public const string Between = "m";

    public static string Of(string token) => GalleryLinks.PathOf(token);

    public static string Of(string token, GalleryItem item) => $"{Of(token)}/{item.Id}";

    public static string PictureOf(string token, GalleryItem item, string name) => $"{Of(token)}/p/{item.Id}/{name}";

    /// <summary>The site's own address as guests have it, without a slash at the end.</summary>
    public static string OriginOf(HttpRequest request) => $"{request.Scheme}://{request.Host.ToUriComponent()}";

    /// <summary>
    /// All sizes of a picture, the smallest first, for <c>srcset</c>: its levels, and from thumbnails on what lies between two of them. Levels halve: a
    /// phone that needs one pixel more than a level has would load four times what it shows.
    /// </summary>
    /// <param name="source">The picture's address without a level, with a slash at its end.</param>
    public static string SourcesOf(string source, PixelSize size)
    {
        var sources = new List<string>();
        var levels = TilePyramid.Levels(size);
        for (var level = levels.Count - 1; level >= 0; level--)
        {
            sources.Add(string.Create(CultureInfo.InvariantCulture, $"{source}{level}.webp {levels[level].Width}w"));
            if (level > 0 && BetweenSize(size, level - 1) is { } between)
                sources.Add(string.Create(CultureInfo.InvariantCulture, $"{source}{level - 1}{Between}.webp {between.Width}w"));
        }

        return string.Join(", ", sources);
    }

    /// <summary>The size between a level and the next smaller one; null where that is not worth a file of its own.</summary>
    public static PixelSize? BetweenSize(PixelSize size, int level)
    {
        const int smallestSide = 128;
        var levels = TilePyramid.Levels(size);
        if (level < 0 || level + 1 >= levels.Count)
            return null;
        var between = new PixelSize((levels[level].Width * 3 + 3) / 4, (levels[level].Height * 3 + 3) / 4);
        return Math.Max(between.Width, between.Height) >= smallestSide ? between : null;
    }

    /// <summary>The level whose longer side comes nearest to <paramref name="side"/> from above; the picture itself where it is smaller.</summary>
    public static int LevelFor(PixelSize size, int side)
    {
        var levels = TilePyramid.Levels(size);
        var level = 0;
        while (level + 1 < levels.Count && Math.Max(levels[level + 1].Width, levels[level + 1].Height) >= side)
            level++;
        return level;
    }
}
