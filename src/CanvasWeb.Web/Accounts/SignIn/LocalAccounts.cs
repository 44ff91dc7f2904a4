using System.Net;
using CanvasWeb.Web.Accounts.Sessions;
using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Accounts.SignIn;

/// <summary>
/// Accounts with e-mail and password. The address is looked up among user names, never among e-mail addresses: an account that a provider
/// made has an e-mail but no such user name, so neither kind of account can take over the other.
/// </summary>
internal sealed class LocalAccounts(
    UserManager<AppUser> users, NewAccounts accounts, SessionStore sessions, IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, TimeProvider time, IOptions<AccountsOptions> options)
{
    /// <summary>Hashing takes time in proportion; nobody types a longer one.</summary>
    public const int MaxPasswordLength = 128;

    // No password has this hash of zeros, in Identity's format and at its cost (version 3, PBKDF2 with HMAC-SHA512, 100,000 rounds). Checking
    // against it makes an address without an account take as long as one with.
    private const string NobodysHash = "AQAAAAIAAYagAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";

    public async Task<RegisterOutcome> RegisterAsync(string? email, string? password, string? name, IPAddress? from, CancellationToken cancellationToken)
    {
        if (EmailAddress.Parse(email) is not { } address)
            return new RegisterOutcome.BadEmail();
        var user = accounts.Create(PersonName.Clean(name));
        if (user.DisplayName.Length == 0)
            return new RegisterOutcome.NoName();
        var (hash, problems) = await HashAsync(user, address, password);
        if (hash is null)
            return new RegisterOutcome.WeakPassword(problems);
        user.SetPassword(address, users.NormalizeName(address), hash);

        return await writes.RunAsync<RegisterOutcome>(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, "accounts:name:" + user.NormalizedUserName, token);
                if (await db.Users.AnyAsync(known => known.NormalizedUserName == user.NormalizedUserName, token))
                    return new RegisterOutcome.EmailTaken();
                await accounts.AddAsync(db, user, from, token);
                return new RegisterOutcome.Registered(user);
            },
            cancellationToken);
    }

    public async Task<PasswordOutcome> SignInAsync(string? email, string? password, CancellationToken cancellationToken)
    {
        string? id = null;
        if (EmailAddress.Parse(email) is { } address)
        {
            var name = users.NormalizeName(address);
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            id = await db.Users.Where(user => user.NormalizedUserName == name && user.PasswordHash != null).Select(static user => user.Id).FirstOrDefaultAsync(cancellationToken);
        }

        if (id is not null)
            return await CheckAsync(id, password, cancellationToken);
        users.PasswordHasher.VerifyHashedPassword(new(), NobodysHash, Bounded(password));
        return new PasswordOutcome.Wrong();
    }

    /// <summary>
    /// Checks the password of an account. The attempt is counted before the password is looked at, so that a thousand at the same moment
    /// get no more tries than a thousand one after another.
    /// </summary>
    public async Task<PasswordOutcome> CheckAsync(string userId, string? password, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (user, lockedFor) = await writes.RunAsync(
            async (db, token) =>
            {
                await LockUserAsync(db, userId, token);
                var found = await db.Users.FirstOrDefaultAsync(user => user.Id == userId, token);
                if (found?.LockoutEnd > now)
                    return (null, found.LockoutEnd.Value - now);
                if (found is not null && ++found.AccessFailedCount >= options.Value.PasswordAttempts)
                    (found.AccessFailedCount, found.LockoutEnd) = (0, now + TimeSpan.FromMinutes(options.Value.LockoutMinutes));
                return (found, TimeSpan.Zero);
            },
            cancellationToken);
        if (lockedFor > TimeSpan.Zero)
            return new PasswordOutcome.LockedOut(lockedFor);
        if (user?.PasswordHash is null || users.PasswordHasher.VerifyHashedPassword(user, user.PasswordHash, Bounded(password)) == PasswordVerificationResult.Failed)
            return new PasswordOutcome.Wrong();

        await writes.RunAsync(
            (db, token) => db.Users.Where(known => known.Id == userId).ExecuteUpdateAsync(
                static set => set.SetProperty(static known => known.AccessFailedCount, 0).SetProperty(static known => known.LockoutEnd, (DateTimeOffset?)null), token),
            cancellationToken);
        return new PasswordOutcome.Right(user);
    }

    /// <summary>Sets or changes the password, and signs the person out in every other browser: one of them may be why it is changed.</summary>
    /// <param name="email">The address to sign in with, for an account that has no password yet.</param>
    public async Task<RegisterOutcome> SetPasswordAsync(string userId, string? email, string? password, string keptSessionId, CancellationToken cancellationToken)
    {
        await using var reads = await contexts.CreateDbContextAsync(cancellationToken);
        var before = await reads.Users.AsNoTracking().FirstAsync(user => user.Id == userId, cancellationToken);
        if (EmailAddress.Parse(before.HasPassword ? before.UserName : email) is not { } address)
            return new RegisterOutcome.BadEmail();
        var (hash, problems) = await HashAsync(before, address, password);
        if (hash is null)
            return new RegisterOutcome.WeakPassword(problems);

        var name = users.NormalizeName(address);
        var outcome = await writes.RunAsync<RegisterOutcome>(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, "accounts:name:" + name, token);
                await LockUserAsync(db, userId, token);
                if (await db.Users.AnyAsync(known => known.NormalizedUserName == name && known.Id != userId, token))
                    return new RegisterOutcome.EmailTaken();
                var user = await db.Users.FirstAsync(known => known.Id == userId, token);
                user.SetPassword(address, name, hash);
                return new RegisterOutcome.Registered(user);
            },
            cancellationToken);
        if (outcome is RegisterOutcome.Registered)
            await sessions.EndOthersAsync(userId, keptSessionId, cancellationToken);
        return outcome;
    }

    /// <returns>False when the password is the last way in, and stays.</returns>
    public Task<bool> RemovePasswordAsync(string userId, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            await LockUserAsync(db, userId, token);
            if (!await db.Set<IdentityUserLogin<string>>().AnyAsync(login => login.UserId == userId, token))
                return false;
            (await db.Users.FirstAsync(user => user.Id == userId, token)).RemovePassword();
            return true;
        },
        cancellationToken);

    /// <summary>One change of a person's ways in after another, so that two of them cannot both remove "the other one".</summary>
    public static Task LockUserAsync(AppDbContext db, string userId, CancellationToken cancellationToken) => WriteTransactions.LockAsync(db, "accounts:user:" + userId, cancellationToken);

    private async Task<(string? Hash, IReadOnlyList<string> Problems)> HashAsync(AppUser user, string email, string? password)
    {
        var problems = new List<string>();
        var text = password ?? "";
        var describer = users.ErrorDescriber as AccountErrorDescriber;
        if (text.Length > MaxPasswordLength)
            problems.Add(describer?.PasswordTooLong(MaxPasswordLength).Description ?? "");
        if (text.Equals(email, StringComparison.OrdinalIgnoreCase))
            problems.Add(describer?.PasswordIsEmail().Description ?? "");
        foreach (var validator in users.PasswordValidators)
            problems.AddRange((await validator.ValidateAsync(users, user, text)).Errors.Select(static error => error.Description));
        return problems.Count == 0 ? (users.PasswordHasher.HashPassword(user, text), problems) : (null, problems);
    }

    // A longer one is wrong anyway; what is left of it is checked, so that it takes the same time.
    private static string Bounded(string? password) => password is { Length: > MaxPasswordLength } ? password[..MaxPasswordLength] + "\n" : password ?? "";
}
