using System.Globalization;
using CanvasWeb.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>The pages that guests open: rendered on the server as a whole, without a circuit and without a cookie.</summary>
internal static class PageEndpoints
{
    public static async Task<IResult> GalleryAsync(
        string token, string? page, HttpContext http, GalleryAccess access, GalleryReader reader, GalleryViews views, IOptions<GalleriesOptions> options, CancellationToken cancellationToken)
    {
        var opening = await access.OpenAsync(http, token, cancellationToken);
        if (opening is not GalleryOpening.Opened { Gallery: var gallery })
            return Closed(http, opening, token);
        // A board has no pages: what lies at its edge is as near as the middle.
        var size = gallery.Layout == GalleryLayout.Board ? options.Value.ItemsPerGallery : options.Value.PageSize;
        var number = int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked is > 0 and < 100_000 ? asked : 1;
        var (items, total) = await reader.ItemsAsync(gallery, (number - 1) * size, size, cancellationToken);
        if (items.Count == 0 && number > 1)
            return Results.Redirect(GalleryRoutes.Of(token));
        if (number == 1 && IsSomebodyElse(http, gallery))
            views.Count(gallery.Id);
        Open(http, gallery);
        http.Features.Set(new GalleryWall(gallery, token, GalleryRoutes.OriginOf(http.Request), items, (number - 1) * size, total, number, Math.Max(1, (total + size - 1) / size)));
        return new RazorComponentResult<GalleryPage>();
    }

    public static async Task<IResult> ItemAsync(string token, string item, HttpContext http, GalleryAccess access, GalleryReader reader, CancellationToken cancellationToken)
    {
        var opening = await access.OpenAsync(http, token, cancellationToken);
        if (opening is not GalleryOpening.Opened { Gallery: var gallery })
            return Closed(http, opening, token);
        if (await reader.FindAsync(gallery, item, cancellationToken) is not { } found)
            return Gone(http);
        Open(http, gallery);
        http.Features.Set(new GalleryPicture(
            gallery, token, GalleryRoutes.OriginOf(http.Request), found, await reader.PlaceAsync(found, cancellationToken), await reader.ProcessAsync(gallery, found, cancellationToken)));
        return new RazorComponentResult<ItemPage>();
    }

    /// <summary>A password, tried. The right one comes back as a cookie that this gallery's addresses alone are sent.</summary>
    public static async Task<IResult> PasswordAsync(string token, [FromForm] string? password, HttpContext http, GalleryAccess access, IOptions<GalleriesOptions> options, CancellationToken cancellationToken)
    {
        var opening = await access.OpenAsync(http, token, cancellationToken);
        if (opening is GalleryOpening.Opened)
            return Results.LocalRedirect(GalleryRoutes.Of(token));
        if (opening is not GalleryOpening.NeedsPassword { Gallery: var gallery })
            return Gone(http);
        if (!access.MayTry(http, gallery))
            return AskPassword(http, token, "PasswordTooOften", StatusCodes.Status429TooManyRequests);
        if (access.TryPassword(gallery, password ?? "") is not { } pass)
            return AskPassword(http, token, "PasswordWrong", StatusCodes.Status401Unauthorized);
        http.Response.Cookies.Append(GalleryAccess.PassCookie, pass, new CookieOptions
        {
            Path = GalleryRoutes.Of(token),
            HttpOnly = true,
            IsEssential = true,
            // Lax and not Strict: a link in a message opens the gallery for who has been in before.
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            MaxAge = TimeSpan.FromHours(options.Value.PassHours),
        });
        return Results.LocalRedirect(GalleryRoutes.Of(token));
    }

    /// <summary>The answer to all that is closed.</summary>
    public static IResult Closed(HttpContext http, GalleryOpening opening, string token) =>
        opening is GalleryOpening.NeedsPassword ? AskPassword(http, token, problem: null, StatusCodes.Status200OK) : Gone(http);

    public static IResult Gone(HttpContext http)
    {
        Hide(http);
        return new RazorComponentResult<GonePage> { StatusCode = StatusCodes.Status404NotFound };
    }

    private static RazorComponentResult<PasswordPage> AskPassword(HttpContext http, string token, string? problem, int status)
    {
        Hide(http);
        return new(new Dictionary<string, object?> { [nameof(PasswordPage.Token)] = token, [nameof(PasswordPage.Problem)] = problem }) { StatusCode = status };
    }

    // Asked for again each time it is shown, so that "back" does not open what is not shared any more.
    private static void Open(HttpContext http, Gallery gallery)
    {
        http.Response.Headers.CacheControl = "private, no-cache";
        if (!gallery.AllowIndexing)
            http.Response.Headers["X-Robots-Tag"] = "noindex";
    }

    private static void Hide(HttpContext http)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        http.Response.Headers["X-Robots-Tag"] = "noindex";
    }

    // The owner's own looks are not views, and neither is what a browser loads on the chance that somebody might.
    private static bool IsSomebodyElse(HttpContext http, Gallery gallery) =>
        !(http.User.Identity is { IsAuthenticated: true } && http.User.UserId() == gallery.OwnerId)
        && !http.Request.Headers["Sec-Purpose"].ToString().Contains("prefetch", StringComparison.Ordinal);
}
