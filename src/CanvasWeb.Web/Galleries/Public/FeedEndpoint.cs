using System.Globalization;
using System.Text;
using System.Xml;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>RSS 2.0 of a gallery: what was hung last. A feed of a gallery with a password is there for readers that bring its cookie.</summary>
internal static class FeedEndpoint
{
    private const string Atom = "http://www.w3.org/2005/Atom";
    private const string Media = "http://search.yahoo.com/mrss/";

    // Pictures in a feed; readers keep those that they have seen.
    private const int Most = 50;

    public static async Task<Results<FileContentHttpResult, NotFound>> GetAsync(
        string token, HttpContext http, GalleryAccess access, GalleryReader reader, IStringLocalizer<GalleriesText> text, CancellationToken cancellationToken)
    {
        if (await access.OpenAsync(http, token, cancellationToken) is not GalleryOpening.Opened { Gallery: var gallery })
            return TypedResults.NotFound();
        var origin = GalleryRoutes.OriginOf(http.Request);
        var items = await reader.NewestAsync(gallery, Most, cancellationToken);
        http.Response.Headers.CacheControl = "private, no-cache";
        if (!gallery.AllowIndexing)
            http.Response.Headers["X-Robots-Tag"] = "noindex";
        return TypedResults.Bytes(Write(gallery, token, origin, items, text), "application/rss+xml; charset=utf-8");
    }

    private static byte[] Write(Gallery gallery, string token, string origin, IReadOnlyList<GalleryItem> items, IStringLocalizer text)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true }))
        {
            xml.WriteStartElement("rss");
            xml.WriteAttributeString("version", "2.0");
            xml.WriteAttributeString("xmlns", "atom", null, Atom);
            xml.WriteAttributeString("xmlns", "media", null, Media);
            xml.WriteStartElement("channel");
            xml.WriteElementString("title", Clean(gallery.Title));
            xml.WriteElementString("link", origin + GalleryRoutes.Of(token));
            xml.WriteElementString("description", gallery.Story.Length == 0 ? Clean(gallery.Title) : Clean(Summary.Of(gallery.Story)));
            xml.WriteElementString("language", CultureInfo.CurrentUICulture.Name);
            xml.WriteElementString("lastBuildDate", gallery.EditedAt.ToString("R", CultureInfo.InvariantCulture));
            xml.WriteStartElement("link", Atom);
            xml.WriteAttributeString("href", origin + GalleryRoutes.Of(token) + "/feed.xml");
            xml.WriteAttributeString("rel", "self");
            xml.WriteAttributeString("type", "application/rss+xml");
            xml.WriteEndElement();
            foreach (var item in items)
                WriteItem(xml, gallery, token, origin, item, text);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private static void WriteItem(XmlWriter xml, Gallery gallery, string token, string origin, GalleryItem item, IStringLocalizer text)
    {
        var address = origin + GalleryRoutes.Of(token, item);
        xml.WriteStartElement("item");
        xml.WriteElementString("title", Clean(item.Caption.Length != 0 ? item.Caption : text["PictureNumber", item.Position + 1, gallery.Title]));
        xml.WriteElementString("link", address);
        xml.WriteElementString("guid", address);
        xml.WriteElementString("pubDate", item.AddedAt.ToString("R", CultureInfo.InvariantCulture));
        xml.WriteStartElement("content", Media);
        xml.WriteAttributeString("url", origin + GalleryRoutes.PictureOf(token, item, "0.webp"));
        xml.WriteAttributeString("medium", "image");
        xml.WriteAttributeString("width", item.PixelWidth.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("height", item.PixelHeight.ToString(CultureInfo.InvariantCulture));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    // Half of a surrogate pair, which a title can be cut to, is a letter that XML has no place for.
    private static string Clean(string words) => new([.. words.Where(XmlConvert.IsXmlChar)]);
}
