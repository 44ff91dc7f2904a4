using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Provenance;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tiles.Exports;

/// <summary><c>POST /boards/{id}/exports</c>: a part of the board as a file. For everybody who may look at it.</summary>
internal static class ExportEndpoints
{
    public const int MaxBodyBytes = 1 << 20;

    public static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> PostAsync(
        string boardId,
        ExportRequest request,
        HttpContext http,
        BoardAccess access,
        BoardHost boards,
        BoardExporter exporter,
        ProvenanceXmp provenance,
        IDbContextFactory<AppDbContext> contexts,
        IOptions<TileOptions> options,
        CancellationToken cancellationToken)
    {
        var userId = http.User.UserId();
        if (await access.RoleAsync(boardId, userId, cancellationToken) is null)
            return TileRefusal.NoBoard.ToProblem();
        var (plan, refusal) = ExportPlan.Of(await boards.StateAsync(boardId, cancellationToken), request, options.Value);
        if (plan is null)
            return refusal!.ToProblem(); // One of the two is there.
        var said = await provenance.OfAsync(userId, [.. plan.Scene.Tiles.Select(static tile => tile.Content)], request.Provenance, cancellationToken);
        if (await exporter.ExportAsync(plan, said, cancellationToken) is not { } file)
        {
            http.Response.Headers.RetryAfter = "30";
            return new TileRefusal(StatusCodes.Status503ServiceUnavailable, "export-busy", "Too many exports are being made just now. Wait a moment and try again.").ToProblem();
        }

        var (type, extension) = plan.Format switch
        {
            ExportFormat.Png => ("image/png", "png"),
            ExportFormat.Jpeg => ("image/jpeg", "jpg"),
            ExportFormat.WebP => ("image/webp", "webp"),
        };
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Stream(file, type, $"{await NameAsync(contexts, boardId, cancellationToken)}.{extension}");
    }

    private static async Task<string> NameAsync(IDbContextFactory<AppDbContext> contexts, string boardId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var name = await db.Set<Board>().Where(board => board.Id == boardId).Select(static board => board.Name).FirstOrDefaultAsync(cancellationToken) ?? "";

        // What no file system takes, whichever the reader's is.
        var safe = string.Concat(name.Select(static character => char.IsControl(character) || "\\/:*?\"<>|".Contains(character, StringComparison.Ordinal) ? ' ' : character)).Trim(' ', '.');
        return safe.Length == 0 ? "board" : safe;
    }
}
