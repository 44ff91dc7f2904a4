using System.Security.Claims;
using CanvasWeb.Web.Accounts.Providers;
using CanvasWeb.Web.Accounts.SignIn;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Accounts;

/// <summary>What happens at the same moment from two browsers.</summary>
public sealed class WaysInRaceTests(PostgreSqlServer server)
{
    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_person_s_first_sign_in_from_many_tabs_makes_one_account(DatabaseKind kind)
    {
        await using var site = await RunningSite.StartAsync(kind, server);
        var accounts = site.Services.GetRequiredService<ProviderAccounts>();
        var users = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => accounts.SignInAsync("Google", Person("twelve-tabs"), from: null, TestContext.Current.CancellationToken)));
        Assert.Single(users.Select(static user => user?.Id).Distinct(StringComparer.Ordinal));
        Assert.Single(await site.UsersAsync());
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Removing_each_other_s_last_way_in_leaves_one(DatabaseKind kind)
    {
        await using var site = await RunningSite.StartAsync(kind, server);
        var token = TestContext.Current.CancellationToken;
        var providers = site.Services.GetRequiredService<ProviderAccounts>();
        for (var round = 0; round < 10; round++)
        {
            await using var scope = site.Services.CreateAsyncScope();
            var local = scope.ServiceProvider.GetRequiredService<LocalAccounts>();
            var user = Assert.IsType<RegisterOutcome.Registered>(await local.RegisterAsync($"race{round}@example.com", SignInSteps.Password, "Ada", from: null, token)).User;
            Assert.Equal(LinkOutcome.Linked, await providers.LinkAsync(user.Id, "Google", Person($"race-{round}"), token));
            var removed = await Task.WhenAll(providers.UnlinkAsync(user.Id, "Google", token), local.RemovePasswordAsync(user.Id, token));
            Assert.Equal(1, removed.Count(static gone => gone));

            await using var db = await site.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(token);
            var left = await db.UserLogins.CountAsync(login => login.UserId == user.Id, token) + await db.Users.CountAsync(known => known.Id == user.Id && known.PasswordHash != null, token);
            Assert.Equal(1, left);
        }
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_burst_of_guesses_gets_no_more_tries_than_one_after_another(DatabaseKind kind)
    {
        await using var site = await RunningSite.StartAsync(kind, server);
        var token = TestContext.Current.CancellationToken;
        await using var scope = site.Services.CreateAsyncScope();
        var local = scope.ServiceProvider.GetRequiredService<LocalAccounts>();
        await local.RegisterAsync("burst@example.com", SignInSteps.Password, "Ada", from: null, token);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => local.SignInAsync("burst@example.com", "guess number " + i, token)));
        Assert.Equal(5, outcomes.Count(static outcome => outcome is PasswordOutcome.Wrong));
        Assert.Equal(15, outcomes.Count(static outcome => outcome is PasswordOutcome.LockedOut));
    }

    private static ClaimsPrincipal Person(string subject) => new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, subject), new Claim(ClaimTypes.Name, "Grace")], "test"));
}
