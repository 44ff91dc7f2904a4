using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.ApiKeys;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.ApiKeys;

public sealed class ApiKeyStoreTests(PostgreSqlServer server)
{
    private static readonly string[] s_both = [ApiKeyScopes.ImagesWrite, ApiKeyScopes.ImagesRead];

    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_key_is_shown_once_and_only_its_hash_is_stored(DatabaseKind kind)
    {
        await using var database = await OpenAsync(kind);
        var ann = await AddPersonAsync(database);
        var created = Assert.IsType<ApiKeyCreation.Created>(await CreateAsync(database, ann, days: null));

        Assert.StartsWith("cw_", created.Secret, StringComparison.Ordinal);
        Assert.Equal(3 + SecretToken.BareLength, created.Secret.Length);
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        var row = await db.Set<ApiKey>().SingleAsync(Token);
        Assert.Equal(SecretToken.HashOf(created.Secret), row.SecretHash);
        Assert.Equal(created.Secret[^4..], row.Hint);
        Assert.DoesNotContain(created.Secret[3..], string.Join('|', row.Id, row.Name, row.SecretHash, row.Scopes, row.RequestId), StringComparison.Ordinal);
        var entry = await db.Set<AuditEntry>().SingleAsync(Token);
        Assert.Equal(("api-key.create", "api-key:" + row.Id), (entry.Action, entry.Subject));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_live_key_says_whose_it_is_and_what_it_may_do(DatabaseKind kind)
    {
        await using var database = await OpenAsync(kind);
        var ann = await AddPersonAsync(database);
        var secret = await SecretAsync(database, ann, [ApiKeyScopes.ImagesRead]);

        var facts = Assert.IsType<ApiKeyFacts>(await FindAsync(database, secret));
        Assert.Equal(ann, facts.UserId);
        Assert.Equal([ApiKeyScopes.ImagesRead], facts.Scopes);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_key_ends_with_its_expiry_to_the_millisecond(DatabaseKind kind)
    {
        await using var database = await OpenAsync(kind);
        var secret = await SecretAsync(database, await AddPersonAsync(database), days: 30);
        database.Time.Jump(TimeSpan.FromDays(30) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await FindAsync(database, secret));
        database.Time.Jump(TimeSpan.FromMilliseconds(1));
        Assert.Null(await FindAsync(database, secret));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_revoked_key_is_dead_with_the_next_request_and_only_its_person_can_revoke_it(DatabaseKind kind)
    {
        await using var database = await OpenAsync(kind);
        var ann = await AddPersonAsync(database);
        var eve = await AddPersonAsync(database);
        var created = Assert.IsType<ApiKeyCreation.Created>(await CreateAsync(database, ann));

        Assert.False(await Store(database).RevokeAsync(eve, created.Key.Id, Token));
        Assert.NotNull(await FindAsync(database, created.Secret));
        Assert.True(await Store(database).RevokeAsync(ann, created.Key.Id, Token));
        Assert.Null(await FindAsync(database, created.Secret));
        Assert.False(await Store(database).RevokeAsync(ann, created.Key.Id, Token), "it was revoked before");
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Keys_of_suspended_people_sleep_and_those_of_deleted_people_are_gone(DatabaseKind kind)
    {
        await using var database = await OpenAsync(kind);
        var ann = await AddPersonAsync(database);
        var secret = await SecretAsync(database, ann);
        await ChangePersonAsync(database, ann, user => user.Suspend("a test", database.Time.GetUtcNow()));
        Assert.Null(await FindAsync(database, secret));
        await ChangePersonAsync(database, ann, static user => user.Unsuspend());
        Assert.NotNull(await FindAsync(database, secret));

        await ChangePersonAsync(database, ann, user => user.Anonymise(database.Time.GetUtcNow()));
        Assert.Null(await FindAsync(database, secret));
        await database.Writes.RunAsync((db, token) => ApiKeyStore.Erasure().EraseAsync(db, ann, token), Token);
        await using var reading = await database.Contexts.CreateDbContextAsync(Token);
        Assert.False(await reading.Set<ApiKey>().AnyAsync(Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("cw_")]
    [InlineData("cw_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("sk-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("cw_' OR 1=1 --AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_is_no_key_opens_nothing(string secret)
    {
        await using var database = await OpenAsync(DatabaseKind.Sqlite);
        await SecretAsync(database, await AddPersonAsync(database));
        Assert.Null(await FindAsync(database, secret));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Last_use_is_written_at_most_once_a_minute(DatabaseKind kind)
    {
        await using var database = await OpenAsync(kind);
        var ann = await AddPersonAsync(database);
        var secret = await SecretAsync(database, ann);
        var first = database.Time.GetUtcNow();
        await FindAsync(database, secret);
        database.Time.Jump(TimeSpan.FromSeconds(59));
        await FindAsync(database, secret);
        Assert.Equal(first, (await Store(database).OfAsync(ann, Token))[0].LastUsedAt);
        database.Time.Jump(TimeSpan.FromSeconds(1));
        await FindAsync(database, secret);
        Assert.Equal(first.AddSeconds(60), (await Store(database).OfAsync(ann, Token))[0].LastUsedAt);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_same_form_sent_many_times_at_once_makes_one_key(DatabaseKind kind)
    {
        await using var database = await OpenAsync(kind);
        var ann = await AddPersonAsync(database);
        var requestId = RandomId.New();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Store(database).CreateAsync(ann, "twice", s_both, 90, requestId, Token)));
        Assert.Single(outcomes.OfType<ApiKeyCreation.Created>());
        Assert.Equal(7, outcomes.OfType<ApiKeyCreation.CreatedBefore>().Count());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_person_has_at_most_so_many_live_keys_also_when_they_ask_all_at_once(DatabaseKind kind)
    {
        await using var database = await OpenAsync(kind, ("ApiKeys:KeysPerPerson", "3"), ("ApiKeys:EndedKeysPerPerson", "2"));
        var ann = await AddPersonAsync(database);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CreateAsync(database, ann)));
        Assert.Equal(3, outcomes.OfType<ApiKeyCreation.Created>().Count());
        Assert.Equal(5, outcomes.OfType<ApiKeyCreation.TooMany>().Count());

        // Making and ending keys without end leaves few behind.
        for (var round = 0; round < 6; round++)
        {
            await Store(database).RevokeAsync(ann, (await Store(database).OfAsync(ann, Token)).First(static key => key.RevokedAt is null).Id, Token);
            database.Time.Jump(TimeSpan.FromSeconds(1));
            Assert.IsType<ApiKeyCreation.Created>(await CreateAsync(database, ann));
        }

        Assert.Equal(3 + 2, (await Store(database).OfAsync(ann, Token)).Count);
    }

    [Theory]
    [InlineData("", "images:read", 90)]
    [InlineData("  ", "images:read", 90)]
    [InlineData("a\nb", "images:read", 90)]
    [InlineData("name", "", 90)]
    [InlineData("name", "admin", 90)]
    [InlineData("name", "images:read", 31)]
    [InlineData("name", "images:read", -1)]
    public async Task What_is_not_offered_is_refused(string name, string scope, int days)
    {
        await using var database = await OpenAsync(DatabaseKind.Sqlite);
        var ann = await AddPersonAsync(database);
        Assert.IsType<ApiKeyCreation.Invalid>(await Store(database).CreateAsync(ann, name, scope.Length == 0 ? [] : [scope], days, RandomId.New(), Token));
    }

    private static ApiKeyStore Store(TestDatabase database) => database.Services.GetRequiredService<ApiKeyStore>();

    private static Task<ApiKeyFacts?> FindAsync(TestDatabase database, string secret) => Store(database).FindAsync(secret, Token);

    private static Task<ApiKeyCreation> CreateAsync(TestDatabase database, string userId, string[]? scopes = null, int? days = 90) =>
        Store(database).CreateAsync(userId, "a key", scopes ?? s_both, days, RandomId.New(), Token);

    private static async Task<string> SecretAsync(TestDatabase database, string userId, string[]? scopes = null, int? days = 90) =>
        Assert.IsType<ApiKeyCreation.Created>(await CreateAsync(database, userId, scopes, days)).Secret;

    private static async Task<string> AddPersonAsync(TestDatabase database)
    {
        var user = new AppUser { DisplayName = "Ann" };
        user.UseIdAsUserName();
        await database.Writes.RunAsync((db, _) => { db.Add(user); return Task.CompletedTask; }, Token);
        return user.Id;
    }

    private static Task ChangePersonAsync(TestDatabase database, string userId, Action<AppUser> change) =>
        database.Writes.RunAsync(async (db, token) => change(await db.Users.FirstAsync(user => user.Id == userId, token)), Token);

    private async Task<TestDatabase> OpenAsync(DatabaseKind kind, params (string Name, string Value)[] settings) => await TestDatabase.CreateAsync(kind, server, builder =>
    {
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(static setting => setting.Name, static setting => (string?)setting.Value));
        builder.Services.AddAudit();
        builder.Services.AddApiKeys(builder.Configuration);
    });
}
