using CanvasWeb.Web.Accounts;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Galleries;

/// <summary>
/// What becomes of galleries when their owner deletes the account: they go, and every link with them. What was picked from a board goes when that board
/// does, out of everybody's galleries: that is the foreign key's doing, here and when a board leaves the bin.
/// </summary>
internal static class GalleryErasure
{
    public static AccountErasure Create() => new(
        static (_, _) => Task.CompletedTask,
        static (db, userId, cancellationToken) => db.Set<Gallery>().Where(gallery => gallery.OwnerId == userId).ExecuteDeleteAsync(cancellationToken));
}
