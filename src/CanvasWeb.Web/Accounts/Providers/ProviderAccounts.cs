using System.Net;
using System.Security.Claims;
using CanvasWeb.Web.Accounts.SignIn;
using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Accounts.Providers;

/// <summary>Which account a provider's person is: by (issuer, subject) and nothing else.</summary>
internal sealed class ProviderAccounts(NewAccounts accounts, Doors doors, WriteTransactions writes, IStringLocalizer<AccountsText> text)
{
    /// <summary>The account of the provider's person, made if this is their first time; null where it would be and the site takes nobody new.</summary>
    public Task<AppUser?> SignInAsync(string provider, ClaimsPrincipal person, IPAddress? from, CancellationToken cancellationToken)
    {
        var created = accounts.Create(PersonName.Clean(person.FindFirstValue(ClaimTypes.Name)));
        if (created.DisplayName.Length == 0)
            created.DisplayName = text["NewName"];
        return writes.RunAsync<AppUser?>(
            async (db, token) =>
            {
                var (login, user) = await FindAsync(db, provider, person, token);
                if (user is null)
                {
                    if (!doors.ProviderRegistration)
                        return null;
                    user = created;
                    await accounts.AddAsync(db, user, from, token);
                    login = Add(db, provider, person, user.Id);
                }

                Refresh(user, login, person);
                return user;
            },
            cancellationToken);
    }

    /// <summary>Adds a way in to a signed-in person's account.</summary>
    public Task<LinkOutcome> LinkAsync(string userId, string provider, ClaimsPrincipal person, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            var (login, owner) = await FindAsync(db, provider, person, token);
            if (owner is not null)
                return owner.Id == userId ? LinkOutcome.Linked : LinkOutcome.BelongsToAnother;
            await LocalAccounts.LockUserAsync(db, userId, token);
            if (await db.Set<IdentityUserLogin<string>>().AnyAsync(known => known.UserId == userId && known.LoginProvider == provider, token))
                return LinkOutcome.AlreadyHasOne;
            var user = await db.Users.FirstAsync(known => known.Id == userId, token);
            user.IsDemo = false;
            login = Add(db, provider, person, userId);
            Refresh(user, login, person);
            return LinkOutcome.Linked;
        },
        cancellationToken);

    /// <summary>Removes a way in, unless it is the last one.</summary>
    public Task<bool> UnlinkAsync(string userId, string provider, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            await LocalAccounts.LockUserAsync(db, userId, token);
            var user = await db.Users.FirstAsync(known => known.Id == userId, token);
            var logins = await db.Set<IdentityUserLogin<string>>().Where(login => login.UserId == userId).ToListAsync(token);
            var removed = logins.Where(login => login.LoginProvider == provider).ToList();
            if (removed.Count == 0)
                return true;
            if (removed.Count == logins.Count && !user.HasPassword)
                return false;
            db.RemoveRange(removed);
            // The address was proven by who is now gone.
            if (removed.Exists(login => login.ProviderDisplayName == user.Email))
                user.EmailConfirmed = false;
            return true;
        },
        cancellationToken);

    /// <summary>Is the provider's person the one with this account?</summary>
    public async Task<bool> IsAsync(string userId, string provider, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        await writes.RunAsync(async (db, token) => (await FindAsync(db, provider, person, token)).User?.Id == userId, cancellationToken);

    private static async Task<(IdentityUserLogin<string>? Login, AppUser? User)> FindAsync(AppDbContext db, string provider, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var subject = Subject(person);
        await WriteTransactions.LockAsync(db, $"accounts:login:{provider}:{subject}", cancellationToken);
        var login = await db.Set<IdentityUserLogin<string>>().FirstOrDefaultAsync(login => login.LoginProvider == provider && login.ProviderKey == subject, cancellationToken);
        return (login, login is null ? null : await db.Users.FirstAsync(user => user.Id == login.UserId, cancellationToken));
    }

    private static IdentityUserLogin<string> Add(AppDbContext db, string provider, ClaimsPrincipal person, string userId) =>
        db.Add(new IdentityUserLogin<string> { LoginProvider = provider, ProviderKey = Subject(person), UserId = userId }).Entity;

    // What the account page shows beside the provider is the address it last told. The account's own follows only where it is proven.
    private static void Refresh(AppUser user, IdentityUserLogin<string>? login, ClaimsPrincipal person)
    {
        var email = person.FindFirstValue(ClaimTypes.Email);
        var proven = person.FindFirstValue(ProviderSignIn.ProvenEmail);
        if (login is not null)
            login.ProviderDisplayName = email;
        if (proven is not null)
            (user.Email, user.NormalizedEmail, user.EmailConfirmed) = (proven, proven.Normalize().ToUpperInvariant(), true);
        else if (user.Email is null && email is not null)
            (user.Email, user.NormalizedEmail) = (email, email.Normalize().ToUpperInvariant());
    }

    private static string Subject(ClaimsPrincipal person) =>
        person.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("The provider's person has no subject.");
}
