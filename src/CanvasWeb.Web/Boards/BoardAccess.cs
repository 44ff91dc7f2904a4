using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Boards;

/// <summary>Who may do what on which board. The one place that decides it.</summary>
internal sealed class BoardAccess(IDbContextFactory<AppDbContext> contexts)
{
    /// <summary>
    /// Somebody's role on a board. Null for strangers, for boards in the bin and for boards that never were: callers answer all three alike,
    /// so that nobody learns which boards there are.
    /// </summary>
    public async Task<BoardRole?> RoleAsync(string boardId, string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.Set<Board>()
            .Where(board => board.Id == boardId && board.DeletedAt == null)
            .Select(board => new
            {
                board.OwnerId,
                Member = db.Set<BoardMember>().Where(member => member.BoardId == boardId && member.UserId == userId).Select(static member => (BoardRole?)member.Role).FirstOrDefault(),
            })
            .FirstOrDefaultAsync(cancellationToken);
        return found is null ? null : found.OwnerId == userId ? BoardRole.Owner : found.Member;
    }
}
