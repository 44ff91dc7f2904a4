using System.Net;
using System.Security.Cryptography;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Accounts.SignIn;

/// <summary>What every new account has in common, whichever way it came.</summary>
internal sealed class NewAccounts(IHostEnvironment environment, TimeProvider time, ILogger<NewAccounts> logger)
{
    /// <summary>
    /// Adds the account to the caller's transaction. While nobody is an admin in Development, one made at the machine itself is. Never in
    /// Production: behind a proxy everybody comes from the machine itself, and the first stranger to find a new site would own it.
    /// </summary>
    public async Task AddAsync(AppDbContext db, AppUser user, IPAddress? from, CancellationToken cancellationToken)
    {
        if (environment.IsDevelopment() && from is not null && IPAddress.IsLoopback(from))
        {
            await WriteTransactions.LockAsync(db, "accounts:first-admin", cancellationToken);
            user.IsAdmin = !await db.Users.AnyAsync(static known => known.IsAdmin, cancellationToken);
        }

        db.Add(user);
        logger.LogInformation("New account {UserId}, admin: {IsAdmin}", user.Id, user.IsAdmin);
    }

    public AppUser Create(string displayName)
    {
        var user = new AppUser { DisplayName = displayName, CreatedAt = time.GetUtcNow(), Colour = RandomNumberGenerator.GetInt32(AppUser.Colours) };
        user.UseIdAsUserName();
        return user;
    }
}
