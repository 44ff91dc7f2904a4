using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Moderation.Reports;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>Says to the people who run the site that a gallery or a picture should not be shown. On a page of its own, so that the others need no form and no cookie.</summary>
internal static class ReportEndpoints
{
    public const int MaxReasonLength = Report.TextLength;

    public static async Task<IResult> AskAsync(string token, string? item, HttpContext http, GalleryAccess access, GalleryReader reader, CancellationToken cancellationToken)
    {
        var opening = await access.OpenAsync(http, token, cancellationToken);
        if (opening is not GalleryOpening.Opened { Gallery: var gallery })
            return PageEndpoints.Closed(http, opening, token);
        return Page(http, new(token, item is null ? null : await reader.FindAsync(gallery, item, cancellationToken)));
    }

    public static async Task<IResult> SendAsync(
        string token, [FromForm] string? item, [FromForm] string? reason, [FromForm] string? text, HttpContext http, GalleryAccess access, GalleryReader reader, ReportQueue reports, CancellationToken cancellationToken)
    {
        var opening = await access.OpenAsync(http, token, cancellationToken);
        if (opening is not GalleryOpening.Opened { Gallery: var gallery })
            return PageEndpoints.Closed(http, opening, token);
        var found = string.IsNullOrEmpty(item) ? null : await reader.FindAsync(gallery, item, cancellationToken);
        var words = text ?? "";
        if (!Enum.TryParse<ReportReason>(reason, out var chosen) || !Reasons.Contains(chosen) || words.Length > MaxReasonLength)
            return Page(http, new(token, found, words, "ReportBad"), StatusCodes.Status400BadRequest);
        var target = found is null ? ReportTarget.Gallery(gallery.Id, gallery.OwnerId) : ReportTarget.GalleryItem(gallery.Id, found.Id, gallery.OwnerId, found.Sha256);
        return await reports.AddAsync(target, Reporter.Of(http), chosen, words, cancellationToken) == ReportOutcome.TooMany
            ? Page(http, new(token, found, words, "ReportTooMany"), StatusCodes.Status429TooManyRequests)
            : Page(http, new(token, found, IsDone: true));
    }

    /// <summary>What people may choose from; the last one says nothing by itself.</summary>
    public static IReadOnlyList<ReportReason> Reasons { get; } =
        [ReportReason.Sexual, ReportReason.Minors, ReportReason.Violence, ReportReason.Hate, ReportReason.Person, ReportReason.Copyright, ReportReason.Other];

    private static RazorComponentResult<ReportPage> Page(HttpContext http, ReportForm form, int status = StatusCodes.Status200OK)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        http.Features.Set(form);
        return new() { StatusCode = status };
    }
}
