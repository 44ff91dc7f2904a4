using System.Security.Claims;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Boards;

/// <summary><c>GET /boards/{id}/thumbnail.webp?v=…</c>: a small picture of the board for whoever may see it, also from the bin.</summary>
internal static class ThumbnailEndpoint
{
    public const string Route = "/boards/{boardId}/thumbnail.webp";

    public static string UrlOf(string boardId, string sha256) => $"/boards/{boardId}/thumbnail.webp?v={sha256[..16]}";

    public static async Task<Results<FileContentHttpResult, NotFound>> GetAsync(
        string boardId, string? v, ClaimsPrincipal principal, HttpResponse response, IDbContextFactory<AppDbContext> contexts, BoardAccess access, CancellationToken cancellationToken)
    {
        var userId = principal.UserId();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var board = await db.Set<Board>().Where(board => board.Id == boardId).Select(static board => new { board.OwnerId, board.ThumbnailSha }).FirstOrDefaultAsync(cancellationToken);
        if (board?.ThumbnailSha is not { } sha256)
            return TypedResults.NotFound();
        if (board.OwnerId != userId && await access.RoleAsync(boardId, userId, cancellationToken) is null)
            return TypedResults.NotFound();
        if (await db.Set<BoardThumbnail>().Where(row => row.BoardId == boardId).Select(static row => row.Content).FirstOrDefaultAsync(cancellationToken) is not { } content)
            return TypedResults.NotFound();

        // Private: a picture of somebody's board is for their own browser, not for caches on the way.
        response.Headers.CacheControl = v is not null && sha256.StartsWith(v, StringComparison.Ordinal) ? "private, max-age=31536000, immutable" : "private, no-cache";
        return TypedResults.Bytes(content, "image/webp");
    }
}
