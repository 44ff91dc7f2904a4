using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>
/// oEmbed 1.0 (oembed.com): what a site shows that somebody pasted a link into. A picture with a link and no script: nothing of a guest of that site comes
/// here but the request for the picture.
/// </summary>
internal static class OEmbedEndpoint
{
    // Consumers may keep the answer this long; after the link is gone its picture is, too.
    private const int CacheSeconds = 3_600;
    private const int MaxUrlLength = 1_000;

    public static async Task<Results<Ok<Answer>, NotFound, StatusCodeHttpResult>> GetAsync(
        string? url, string? format, string? maxwidth, string? maxheight, HttpContext http, GalleryAccess access, GalleryReader reader, CancellationToken cancellationToken)
    {
        // As the specification has it: 501 for a format that is not made, 404 for what is not here, 401 for what is not for everybody.
        if (format is not (null or "" or "json"))
            return TypedResults.StatusCode(StatusCodes.Status501NotImplemented);
        if (url is not { Length: <= MaxUrlLength } || !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Authority != http.Request.Host.ToUriComponent())
            return TypedResults.NotFound();
        var (token, itemId) = Parts(address);
        if (token is null)
            return TypedResults.NotFound();
        // Without a pass, whoever asks: the answer is for another site's readers.
        var opening = await access.OpenAsync(token, pass: null, cancellationToken);
        if (opening is GalleryOpening.NeedsPassword)
            return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
        if (opening is not GalleryOpening.Opened { Gallery: var gallery })
            return TypedResults.NotFound();
        var item = itemId is null ? null : await reader.FindAsync(gallery, itemId, cancellationToken);
        if (itemId is not null && item is null)
            return TypedResults.NotFound();
        var origin = GalleryRoutes.OriginOf(http.Request);
        var hasCard = item is not null || gallery.IsLive || await reader.CoverAsync(gallery, cancellationToken) is not null;
        var title = item is { Caption.Length: > 0 } ? item.Caption : gallery.Title;
        var page = origin + (item is null ? GalleryRoutes.Of(token) : GalleryRoutes.Of(token, item));
        var card = origin + (item is null ? GalleryRoutes.Of(token) + "/card.jpg" : GalleryRoutes.PictureOf(token, item, "card.jpg"));
        var (width, height) = Fit(maxwidth, maxheight);
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        return TypedResults.Ok(new Answer
        {
            Title = title,
            ProviderUrl = origin + "/",
            Html = Html(page, title, hasCard ? card : null, width, height),
            Width = width,
            Height = height,
            ThumbnailUrl = hasCard ? card : null,
            ThumbnailWidth = hasCard ? CardPicture.Width : null,
            ThumbnailHeight = hasCard ? CardPicture.Height : null,
        });
    }

    // "/g/{token}" or "/g/{token}/{item}", and nothing else.
    private static (string? Token, string? Item) Parts(Uri address)
    {
        var parts = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts is ["g", var token] ? (token, null) : parts is ["g", var of, var item] ? (of, item) : (null, null);
    }

    private static (int Width, int Height) Fit(string? maxWidth, string? maxHeight)
    {
        var scale = Math.Min(1.0, Math.Min(Read(maxWidth, CardPicture.Width) / (double)CardPicture.Width, Read(maxHeight, CardPicture.Height) / (double)CardPicture.Height));
        return (Math.Max(1, (int)(CardPicture.Width * scale)), Math.Max(1, (int)(CardPicture.Height * scale)));
    }

    private static int Read(string? text, int otherwise) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : otherwise;

    private static string Html(string page, string title, string? card, int width, int height)
    {
        var words = HtmlEncoder.Default.Encode(title);
        var inner = card is null ? words : string.Create(CultureInfo.InvariantCulture, $"<img src=\"{HtmlEncoder.Default.Encode(card)}\" alt=\"{words}\" width=\"{width}\" height=\"{height}\">");
        return $"<a href=\"{HtmlEncoder.Default.Encode(page)}\">{inner}</a>";
    }

    /// <summary>The names are the specification's.</summary>
    internal sealed record Answer
    {
        [JsonPropertyName("version")]
        public string Version { get; init; } = "1.0";

        [JsonPropertyName("type")]
        public string Type { get; init; } = "rich";

        [JsonPropertyName("provider_name")]
        public string ProviderName { get; init; } = "CanvasWeb";

        [JsonPropertyName("provider_url")]
        public required string ProviderUrl { get; init; }

        [JsonPropertyName("cache_age")]
        public int CacheAge { get; init; } = CacheSeconds;

        [JsonPropertyName("title")]
        public required string Title { get; init; }

        [JsonPropertyName("html")]
        public required string Html { get; init; }

        [JsonPropertyName("width")]
        public required int Width { get; init; }

        [JsonPropertyName("height")]
        public required int Height { get; init; }

        [JsonPropertyName("thumbnail_url")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? ThumbnailUrl { get; init; }

        [JsonPropertyName("thumbnail_width")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? ThumbnailWidth { get; init; }

        [JsonPropertyName("thumbnail_height")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? ThumbnailHeight { get; init; }
    }
}
