using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CanvasWeb.Web.Pictures;

/// <summary>What the canvas asks over HTTP about pictures, for the signed-in person.</summary>
internal static class PictureEndpoints
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/pictures/search", SearchAsync).RequireAuthorization();

    private static async Task<Results<JsonHttpResult<PictureHits>, ProblemHttpResult>> SearchAsync(string? q, string? board, HttpContext context, PictureSearch search, CancellationToken cancellationToken)
    {
        var (hits, refusal) = await search.FindAsync(context.User.UserId(), q ?? "", board, cancellationToken);
        return refusal switch
        {
            // As the hub writes them: the canvas reads both with the same eyes.
            null => TypedResults.Json(hits, CanvasJson.Options),
            SearchRefusal.BoardMissing => TypedResults.Problem("There is no such board for you.", statusCode: StatusCodes.Status404NotFound, type: "urn:canvasweb:board-missing"),
            SearchRefusal.TooOften => TypedResults.Problem("These are many searches for one minute. Wait a moment.", statusCode: StatusCodes.Status429TooManyRequests, type: "urn:canvasweb:too-many-searches"),
            _ => TypedResults.Problem("A newer search took the place of this one.", statusCode: StatusCodes.Status429TooManyRequests, type: "urn:canvasweb:search-overtaken"),
        };
    }
}
