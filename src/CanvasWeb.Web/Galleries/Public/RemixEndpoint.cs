using System.Security.Claims;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Galleries.Public;

internal static class RemixEndpoint
{
    /// <param name="board">An id made with the form: sending it twice makes one board.</param>
    /// <param name="item">Empty: all pictures, up to <see cref="GalleriesOptions.ItemsPerRemix"/>.</param>
    public static async Task<Results<RedirectHttpResult, ProblemHttpResult>> PostAsync(
        string token, [FromForm] string board, [FromForm] string? item, HttpContext http, ClaimsPrincipal person,
        GalleryAccess access, GalleryReader reader, GalleryRemix remix, IOptions<GalleriesOptions> options, CancellationToken cancellationToken)
    {
        if (!RandomId.IsValid(board)
            || await access.OpenAsync(http, token, cancellationToken) is not GalleryOpening.Opened { Gallery: { AllowRemix: true, IsLive: false } gallery })
            return Missing();
        IReadOnlyList<GalleryItem> items;
        if (string.IsNullOrEmpty(item))
            (items, _) = await reader.ItemsAsync(gallery, 0, options.Value.ItemsPerRemix, cancellationToken);
        else if (await reader.FindAsync(gallery, item, cancellationToken) is { } one)
            items = [one];
        else
            return Missing();
        try
        {
            return await remix.CopyAsync(person.UserId(), board, gallery, items, cancellationToken) switch
            {
                BoardChange.Done => TypedResults.LocalRedirect("/b/" + board),
                BoardChange.TooMany => TypedResults.Problem("You have as many boards as one person can have. Delete one and try again.", statusCode: StatusCodes.Status409Conflict, type: "urn:canvasweb:boards-full"),
                _ => Missing(),
            };
        }
        catch (BoardUnavailableException)
        {
            return TypedResults.Problem("The pictures could not be copied just now. Try again.", statusCode: StatusCodes.Status503ServiceUnavailable, type: "urn:canvasweb:remix-unavailable");
        }
    }

    private static ProblemHttpResult Missing() =>
        TypedResults.Problem("This gallery is not shared any more, or its pictures cannot be taken along.", statusCode: StatusCodes.Status404NotFound, type: "urn:canvasweb:gallery-missing");
}
