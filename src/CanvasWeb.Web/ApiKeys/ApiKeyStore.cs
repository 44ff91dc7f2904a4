using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.ApiKeys;

/// <summary>
/// The keys of people. Looked up on each request and not cached: a revoked key is dead with the next request, on every replica, and one
/// read by a unique index is small beside making a picture.
/// </summary>
internal sealed class ApiKeyStore(IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, AuditLog audit, TimeProvider time, IOptions<ApiKeysOptions> options)
{
    /// <summary>Days that a key may live; nothing else is offered. Null: until it is revoked.</summary>
    public static readonly IReadOnlyList<int?> Lifetimes = [30, 90, 365, null];

    /// <summary>The live key that this is, or null: unknown, expired, revoked, or of somebody who may not sign in are one answer.</summary>
    public async Task<ApiKeyFacts?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        if (!SecretToken.IsValid(secret, ApiKeyScheme.Prefix))
            return null;
        var now = time.GetUtcNow();
        var hash = SecretToken.HashOf(secret);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await (from key in db.Set<ApiKey>().AsNoTracking()
                         join user in db.Users.AsNoTracking() on key.UserId equals user.Id
                         where key.SecretHash == hash
                         select new { Key = key, user.DisplayName, MaySignIn = user.DeletedAt == null && user.SuspendedAt == null }).FirstOrDefaultAsync(cancellationToken);
        if (row is null || !row.MaySignIn || !row.Key.IsLive(now))
            return null;
        await NoteUseAsync(row.Key, now, cancellationToken);
        return new(row.Key.Id, row.Key.UserId, row.DisplayName, row.Key.ScopeList());
    }

    /// <summary>Makes a key.</summary>
    /// <param name="days">One of <see cref="Lifetimes"/>.</param>
    /// <param name="requestId">Made with the form: sending it twice makes one key.</param>
    public async Task<ApiKeyCreation> CreateAsync(string userId, string? name, IReadOnlyCollection<string> scopes, int? days, string requestId, CancellationToken cancellationToken)
    {
        name = name?.Trim();
        if (string.IsNullOrEmpty(name) || name.Length > ApiKey.NameLength || name.Any(char.IsControl)
            || scopes.Count == 0 || !scopes.All(ApiKeyScopes.All.Contains) || !Lifetimes.Contains(days) || !RandomId.IsValid(requestId))
            return new ApiKeyCreation.Invalid();

        return await writes.RunAsync<ApiKeyCreation>(
            async (db, token) =>
            {
                // One after another for each person, so that the count is right and a repeated form finds the first.
                await WriteTransactions.LockAsync(db, "api-keys:" + userId, token);
                var now = time.GetUtcNow();
                var keys = await db.Set<ApiKey>().Where(key => key.UserId == userId).OrderByDescending(static key => key.CreatedAt).ThenBy(static key => key.Id).ToListAsync(token);
                if (keys.Find(key => key.RequestId == requestId) is { } before)
                    return new ApiKeyCreation.CreatedBefore(before);
                if (keys.Count(key => key.IsLive(now)) >= options.Value.KeysPerPerson)
                    return new ApiKeyCreation.TooMany(options.Value.KeysPerPerson);

                db.RemoveRange(keys.Where(key => !key.IsLive(now)).Skip(options.Value.EndedKeysPerPerson));
                var (secret, hash) = SecretToken.New(ApiKeyScheme.Prefix);
                var made = ApiKey.Create(userId, name, secret, hash, ApiKeyScopes.All.Where(scopes.Contains), requestId, now, days is null ? null : now.AddDays(days.Value));
                db.Add(made);
                audit.Add(db, userId, "api-key.create", "api-key:" + made.Id, made.Scopes);
                return new ApiKeyCreation.Created(made, secret);
            },
            cancellationToken);
    }

    /// <summary>Ends a key at once.</summary>
    /// <returns>False when the person has no such key, or it was revoked before.</returns>
    public Task<bool> RevokeAsync(string userId, string keyId, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            if (await db.Set<ApiKey>().FirstOrDefaultAsync(key => key.Id == keyId && key.UserId == userId, token) is not { RevokedAt: null } key)
                return false;
            key.Revoke(time.GetUtcNow());
            audit.Add(db, userId, "api-key.revoke", "api-key:" + key.Id, details: null);
            return true;
        },
        cancellationToken);

    /// <summary>A person's keys, newest first.</summary>
    public async Task<IReadOnlyList<ApiKey>> OfAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<ApiKey>().AsNoTracking().Where(key => key.UserId == userId).OrderByDescending(static key => key.CreatedAt).ThenBy(static key => key.Id).ToListAsync(cancellationToken);
    }

    /// <summary>What becomes of keys when their person deletes the account: they go. The account's end makes them worthless before.</summary>
    public static AccountErasure Erasure() => new(
        static (_, _) => Task.CompletedTask,
        static (db, userId, cancellationToken) => db.Set<ApiKey>().Where(key => key.UserId == userId).ExecuteDeleteAsync(cancellationToken));

    private async Task NoteUseAsync(ApiKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = now - TimeSpan.FromSeconds(options.Value.LastUsedEverySeconds);
        if (key.LastUsedAt > before)
            return;
        // Of many requests at the same moment one writes: the others find nothing left to change.
        await writes.RunAsync(
            (db, token) => db.Set<ApiKey>().Where(known => known.Id == key.Id && (known.LastUsedAt == null || known.LastUsedAt <= before))
                .ExecuteUpdateAsync(set => set.SetProperty(static known => known.LastUsedAt, now), token),
            cancellationToken);
    }
}
