using System.Linq.Expressions;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Credits.Admin;

/// <summary>Finds people for the grants page.</summary>
internal sealed class People(IDbContextFactory<AppDbContext> contexts)
{
    /// <summary>The most people a search shows.</summary>
    public const int AtMost = 20;

    private const int LongestQuestion = 100;

    private static readonly Expression<Func<AppUser, PersonFound>> s_read = static user => new(user.Id, user.DisplayName, user.Email, user.CreatedAt);

    /// <summary>People whose name or address holds the words, newest first, and one more than <see cref="AtMost"/> when there are more.</summary>
    public async Task<List<PersonFound>> FindAsync(string words, CancellationToken cancellationToken)
    {
        words = words.Trim();
        if (words.Length is 0 or > LongestQuestion)
            return [];
        var upper = words.ToUpperInvariant();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // Translated to SQL, which knows no cultures.
        return await db.Users.AsNoTracking()
            .Where(user => user.DeletedAt == null && (user.Id == words || (user.NormalizedEmail != null && user.NormalizedEmail.Contains(upper)) || user.DisplayName.ToUpper().Contains(upper)))
            .OrderByDescending(static user => user.CreatedAt).Take(AtMost + 1).Select(s_read).ToListAsync(cancellationToken);
#pragma warning restore CA1304, CA1311, CA1862, MA0011
    }

    public async Task<PersonFound?> OneAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Users.AsNoTracking().Where(user => user.Id == userId && user.DeletedAt == null).Select(s_read).FirstOrDefaultAsync(cancellationToken);
    }
}
