using System.Net.Http.Headers;
using System.Text.Json;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.ApiKeys;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.OpenAi;

/// <summary>The whole site by the real clock, people with keys, and what a program says to it.</summary>
internal sealed class ApiSite(RunningSite site) : IAsyncDisposable
{
    public const string ReadAndWrite = ApiKeyScopes.ImagesRead + " " + ApiKeyScopes.ImagesWrite;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Uri Address => site.Address;

    public Uri Root => new(site.Address, "v1");

    public JobOrders Orders => Get<JobOrders>();

    public JobQuestions Questions => Get<JobQuestions>();

    public ResultDesk Desk => Get<ResultDesk>();

    public static async Task<ApiSite> StartAsync(PostgreSqlServer server, DatabaseKind kind = DatabaseKind.Sqlite, params (string Name, string Value)[] settings) =>
        new(await RunningSite.StartLiveAsync(kind, server, [("Moderation:CheckPrompts", "false"), ("OpenAi:PollMs", "200"), .. settings]));

    public T Get<T>()
        where T : notnull => site.Services.GetRequiredService<T>();

    public Task<FakeWorker> ConnectWorkerAsync() => FakeWorker.ConnectAsync(site.Address, site.Services);

    public async Task<ApiPerson> AddPersonAsync(string scopes = ReadAndWrite)
    {
        var user = new AppUser { DisplayName = "Ann" };
        user.UseIdAsUserName();
        await Get<WriteTransactions>().RunAsync((db, _) => { db.Add(user); return Task.CompletedTask; }, Token);
        var key = await Get<ApiKeyStore>().CreateAsync(user.Id, "a program", scopes.Split(' '), 30, RandomId.New(), Token);
        return new(user.Id, Assert.IsType<ApiKeyCreation.Created>(key).Secret);
    }

    public HttpClient Client(string? key)
    {
        var client = new HttpClient { BaseAddress = site.Address, Timeout = TimeSpan.FromMinutes(5) };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async Task<IReadOnlyList<Job>> JobsAsync(string userId)
    {
        await using var db = await Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        return await db.Set<Job>().AsNoTracking().Where(job => job.UserId == userId).OrderBy(static job => job.CreatedAt).ToListAsync(Token);
    }

    public Task<Balance> BalanceAsync(string userId) => Get<Ledger>().BalanceAsync(userId, Token);

    /// <summary>What the envelope says.</summary>
    public static async Task<(int Status, string? Code, string? Param, string Type)> ErrorAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(answer.Headers.Contains("x-request-id"));
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        var error = body.RootElement.GetProperty("error");
        Assert.NotEqual("", error.GetProperty("message").GetString());
        return ((int)answer.StatusCode, error.GetProperty("code").GetString(), error.GetProperty("param").GetString(), error.GetProperty("type").GetString() ?? "");
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();
}
