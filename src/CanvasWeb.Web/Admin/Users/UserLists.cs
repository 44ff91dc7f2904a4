using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Admin.Users;

/// <summary>People as the admin's pages list them.</summary>
internal sealed class UserLists(IDbContextFactory<AppDbContext> contexts, IOptions<AdminOptions> options)
{
    private const int LongestQuestion = 100;

    // Whoever is looked for by name in a filter: more of the same name than this are found by their id.
    private const int MostNamesakes = 20;

    /// <summary>A page of people, newest first.</summary>
    /// <param name="words">Part of a name or address, or an id; empty for everybody.</param>
    /// <param name="before">The end of the page before.</param>
    public async Task<(IReadOnlyList<AppUser> Users, PageCursor? Next)> FindAsync(string? words, UserFilter filter, PageCursor? before, CancellationToken cancellationToken)
    {
        var size = options.Value.PageSize;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var users = db.Users.AsNoTracking().Where(static user => user.DeletedAt == null);
        users = filter switch
        {
            UserFilter.Everybody => users,
            UserFilter.Admins => users.Where(static user => user.IsAdmin),
            UserFilter.Suspended => users.Where(static user => user.SuspendedAt != null),
            UserFilter.Demo => users.Where(static user => user.IsDemo),
        };
        if (words?.Trim() is { Length: > 0 and <= LongestQuestion } asked)
        {
            var upper = asked.ToUpperInvariant();
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // Translated to SQL, which knows no cultures.
            users = users.Where(user => user.Id == asked || (user.NormalizedEmail != null && user.NormalizedEmail.Contains(upper)) || user.DisplayName.ToUpper().Contains(upper));
#pragma warning restore CA1304, CA1311, CA1862, MA0011
        }

        if (before is { } end)
            users = users.Where(user => user.CreatedAt < end.At || (user.CreatedAt == end.At && user.Id.CompareTo(end.Id) < 0));
        var page = await users.OrderByDescending(static user => user.CreatedAt).ThenByDescending(static user => user.Id).Take(size + 1).ToListAsync(cancellationToken);
        return (page.Count > size ? page[..size] : page, page.Count > size ? new PageCursor(page[size - 1].CreatedAt, page[size - 1].Id) : null);
    }

    /// <summary>The ids that somebody means who types an id, an address or a whole name into a filter. An id counts also when its account is gone.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(string typed, CancellationToken cancellationToken)
    {
        typed = typed.Trim();
        if (RandomId.IsValid(typed) || typed == CanvasWeb.Web.Audit.AuditLog.System)
            return [typed];
        var upper = typed.ToUpperInvariant();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // Translated to SQL, which knows no cultures.
        return await db.Users.Where(user => user.NormalizedEmail == upper || user.DisplayName.ToUpper() == upper)
            .OrderByDescending(static user => user.CreatedAt).Take(MostNamesakes).Select(static user => user.Id).ToListAsync(cancellationToken);
#pragma warning restore CA1304, CA1311, CA1862, MA0011
    }

    /// <summary>Names for ids, to be shown beside them; missing where the account is gone.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        string[] asked = [.. ids.Distinct(StringComparer.Ordinal)];
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Users.Where(user => asked.Contains(user.Id) && user.DisplayName != "").ToDictionaryAsync(static user => user.Id, static user => user.DisplayName, StringComparer.Ordinal, cancellationToken);
    }
}
