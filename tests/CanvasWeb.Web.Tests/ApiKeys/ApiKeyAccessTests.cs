using System.Net;
using System.Text;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.ApiKeys;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Accounts;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tests.OpenAi.Docs;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.ApiKeys;

/// <summary>What opens the API of the running site, and what does not.</summary>
public sealed class ApiKeyAccessTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Whatever_is_wrong_with_a_key_the_answer_is_the_same(DatabaseKind kind)
    {
        await using var site = await RunningSite.StartAsync(kind, server);
        var keys = site.Services.GetRequiredService<ApiKeyStore>();
        var live = await site.AddKeyAsync();
        var revoked = await site.AddKeyAsync();
        await keys.RevokeAsync(revoked.UserId, revoked.KeyId, Token);
        var suspended = await site.AddKeyAsync();
        await ChangePersonAsync(site, suspended.UserId, user => user.Suspend("a test", site.Time.GetUtcNow()));
        var deleted = await site.AddKeyAsync();
        await ChangePersonAsync(site, deleted.UserId, user => user.Anonymise(site.Time.GetUtcNow()));
        var expired = Assert.IsType<ApiKeyCreation.Created>(await keys.CreateAsync(live.UserId, "short", [.. ApiKeyScopes.All], 30, RandomId.New(), Token)).Secret;
        site.Time.Jump(TimeSpan.FromDays(31));

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(site, "Bearer " + live.Secret)).Status);
        var answers = new HashSet<(HttpStatusCode, string, string)>();
        foreach (var header in (string?[])["Bearer " + revoked.Secret, "Bearer " + suspended.Secret, "Bearer " + deleted.Secret, "Bearer " + expired, "Bearer cw_" + new string('A', 43), "Bearer nonsense", "Bearer ", "Basic YTpi", null])
            answers.Add(await AskAsync(site, header));
        var (status, challenge, body) = Assert.Single(answers);
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (status, challenge));
        Assert.Contains("\"code\":\"invalid_api_key\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_opens_what_it_names_and_nothing_else()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        var reads = await site.AddKeyAsync(ApiKeyScopes.ImagesRead);
        var writes = await site.AddKeyAsync(ApiKeyScopes.ImagesWrite);
        using var reader = site.Program(reads.Secret);
        using var writer = site.Program(writes.Secret);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(reader.GetAsync("/v1/models", Token)));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(writer.GetAsync("/v1/models", Token)));
        foreach (var path in (string[])["/v1/images/generations", "/v1/images/edits", "/v1/images/variations"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(reader.PostAsync(path, Json(), Token)));
            // No model is there, and an empty request is wrong anyhow: past the door.
            Assert.NotEqual(HttpStatusCode.Forbidden, await StatusAsync(writer.PostAsync(path, Json(), Token)));
        }
    }

    [Fact]
    public async Task A_session_does_not_open_the_API()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        using var browser = site.OpenBrowser();
        await browser.RegisterAsync("session@example.com");
        await browser.GoAsync("/v1/models");
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
    }

    private static StringContent Json() => new("{}", Encoding.UTF8, "application/json");

    private static async Task<HttpStatusCode> StatusAsync(Task<HttpResponseMessage> asking)
    {
        using var answer = await asking;
        return answer.StatusCode;
    }

    private static async Task<(HttpStatusCode Status, string Challenge, string Body)> AskAsync(RunningSite site, string? authorization)
    {
        using var client = site.Program(secret: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await client.SendAsync(request, Token);
        return (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString(), await answer.Content.ReadAsStringAsync(Token));
    }

    private static Task ChangePersonAsync(RunningSite site, string userId, Action<AppUser> change) =>
        site.Services.GetRequiredService<WriteTransactions>().RunAsync(async (db, token) => change(await db.Users.FirstAsync(user => user.Id == userId, token)), Token);
}
