using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Webhooks;
using Microsoft.AspNetCore.DataProtection;

namespace CanvasWeb.Web.Tests.Webhooks;

/// <summary>A database with a person who has an endpoint. No background service runs: the test sends what is due, or starts the service itself.</summary>
internal sealed class WebhookLab : IAsyncDisposable
{
    private readonly TestDatabase _database;

    private WebhookLab(TestDatabase database) => _database = database;

    public string Ann { get; private set; } = "";

    public string EndpointId { get; private set; } = "";

    public string Secret { get; private set; } = "";

    public ManualTime Time => _database.Time;

    public WebhookBook Book => Get<WebhookBook>();

    public WebhookQueue Queue => Get<WebhookQueue>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<WebhookLab> OpenAsync(DatabaseKind kind, PostgreSqlServer server, string url, params (string Name, string Value)[] settings)
    {
        var database = await TestDatabase.CreateAsync(kind, server, builder =>
        {
            builder.Configuration["Webhooks:DevelopmentHosts:0"] = "127.0.0.1";
            builder.Configuration.AddInMemoryCollection(settings.ToDictionary(static setting => setting.Name, static setting => (string?)setting.Value));
            builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
            builder.Services.AddAudit();
            builder.Services.AddWebhooks(builder.Configuration);
        });
        var lab = new WebhookLab(database) { Ann = await AddPersonAsync(database) };
        (lab.EndpointId, lab.Secret) = await lab.AddEndpointAsync(lab.Ann, url);
        return lab;
    }

    public T Get<T>()
        where T : notnull => _database.Services.GetRequiredService<T>();

    public Task<string> AddPersonAsync() => AddPersonAsync(_database);

    public async Task<(string Id, string Secret)> AddEndpointAsync(string userId, string url)
    {
        var created = Assert.IsType<WebhookCreation.Created>(await Book.CreateAsync(userId, url, [.. WebhookEvents.All], RandomId.New(), Token));
        return (created.Endpoint.Id, created.Secret);
    }

    /// <summary>Writes a test message to the outbox.</summary>
    public async Task QueueAsync(string? userId = null, string? endpointId = null) =>
        Assert.True(await Book.TestAsync(userId ?? Ann, endpointId ?? EndpointId, RandomId.New(), Token));

    /// <summary>One round: claims what is due, sends it, writes down what came of it.</summary>
    public async Task<IReadOnlyList<WebhookAnswer>> SendDueAsync()
    {
        var answers = new List<WebhookAnswer>();
        foreach (var claim in await Queue.ClaimAsync(100, Token))
        {
            var answer = await Get<WebhookSender>().SendAsync(claim.Url, claim.DeliveryId, claim.Payload, Get<WebhookSecrets>().Open(claim.SealedSecret), Token);
            await Queue.EndAsync(claim, answer, Token);
            answers.Add(answer);
        }

        return answers;
    }

    public async Task<WebhookDelivery> OnlyDeliveryAsync() => Assert.Single(await Book.LogAsync(EndpointId, before: null, Token));

    public async Task<WebhookEndpoint> EndpointAsync() => Assert.IsType<WebhookEndpoint>(await Book.FindAsync(Ann, EndpointId, Token));

    public async Task<T> ReadAsync<T>(Func<AppDbContext, Task<T>> read)
    {
        await using var db = await _database.Contexts.CreateDbContextAsync(Token);
        return await read(db);
    }

    public Task WriteAsync(Func<AppDbContext, CancellationToken, Task> write) => _database.Writes.RunAsync(write, Token);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static async Task<string> AddPersonAsync(TestDatabase database)
    {
        var user = new AppUser { DisplayName = "Ann" };
        user.UseIdAsUserName();
        await database.Writes.RunAsync((db, _) => { db.Add(user); return Task.CompletedTask; }, Token);
        return user.Id;
    }
}
