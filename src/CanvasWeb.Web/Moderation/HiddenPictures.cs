using System.Collections.Frozen;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Moderation.Pictures;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Moderation;

/// <summary>
/// The tiles that nobody is shown any more. Asked for every picture that goes out (tiles, galleries, the API, exports), so the names are in
/// memory: few in number, 64 characters each. Read again when something changed here, and now and then for what other replicas hid.
/// </summary>
internal sealed class HiddenPictures(IDbContextFactory<AppDbContext> contexts)
{
    private volatile FrozenSet<string>? _hidden;

    public async ValueTask<bool> ContainsAsync(string sha256, CancellationToken cancellationToken)
    {
        var hidden = _hidden ?? await ReadAsync(cancellationToken);
        return hidden.Contains(sha256);
    }

    /// <summary>Called after the commit of whoever hid a picture or showed it again.</summary>
    public async Task<FrozenSet<string>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var names = await db.Set<HiddenPicture>().AsNoTracking().Select(static picture => picture.Sha256).ToListAsync(cancellationToken);
        return _hidden = names.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Hides a picture, in the caller's transaction; <see cref="ReadAsync"/> comes after the commit. Again is harmless.</summary>
    public static async Task HideAsync(AppDbContext db, HiddenPicture picture, CancellationToken cancellationToken)
    {
        await WriteTransactions.LockAsync(db, "hidden:" + picture.Sha256, cancellationToken);
        if (!await db.Set<HiddenPicture>().AnyAsync(known => known.Sha256 == picture.Sha256, cancellationToken))
            db.Add(picture);
    }

    /// <summary>Shows a picture again, in the caller's transaction; <see cref="ReadAsync"/> comes after the commit.</summary>
    public static Task ShowAsync(AppDbContext db, string sha256, CancellationToken cancellationToken) =>
        db.Set<HiddenPicture>().Where(picture => picture.Sha256 == sha256).ExecuteDeleteAsync(cancellationToken);
}
