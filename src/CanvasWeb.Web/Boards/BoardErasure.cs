using CanvasWeb.Web.Accounts;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Boards;

/// <summary>What becomes of boards when their owner deletes the account: they go with their logs, for everybody.</summary>
internal static class BoardErasure
{
    public static AccountErasure Create(BoardShelf shelf) => new(
        async (userId, cancellationToken) =>
        {
            // Through the bin, which cuts off whoever has one open and lets no writer begin.
            foreach (var card in await shelf.ListAsync(userId, cancellationToken))
                await shelf.DeleteAsync(userId, card.Id, cancellationToken);
        },
        async (db, userId, cancellationToken) =>
        {
            await db.Set<Board>().Where(board => board.OwnerId == userId).ExecuteDeleteAsync(cancellationToken);
            await db.Set<BoardMember>().Where(member => member.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        });
}
