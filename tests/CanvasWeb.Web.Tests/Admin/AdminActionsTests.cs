using System.Net;
using System.Text.Json;
using CanvasWeb.Web.Admin.Jobs;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Admin.Log;
using CanvasWeb.Web.ApiKeys;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Tests.Accounts;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tests.Security;
using Microsoft.EntityFrameworkCore;
using static CanvasWeb.Web.Tests.Security.Cast;

namespace CanvasWeb.Web.Tests.Admin;

/// <summary>What admins do, through the forms of their pages, and what everybody else notices of it.</summary>
public sealed class AdminActionsTests(PostgreSqlServer server)
{
    private static readonly HashSet<string> s_models = new(StringComparer.Ordinal) { GenerationLab.Model };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Whoever_is_suspended_is_out_everywhere_at_once_and_reads_why(DatabaseKind kind)
    {
        await using var cast = await GatherAsync(server, kind);
        var owner = cast.IdOf(Caller.Owner);
        await using var line = await HubLine.ConnectAsync(new(cast.Site.Address, BoardHub.Path), cast.Headers(Caller.Owner));
        var balance = await cast.Get<Ledger>().BalanceAsync(owner, Token);

        await cast.PostAsync(Caller.Admin, $"/admin/users/{owner}/suspend", ("reason", "Sold the same picture five times."));

        // 1. What is open closes, what is shown at the door opens nothing.
        await line.GoneAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await cast.StatusAsync(Caller.Owner, "/account"));
        Assert.Equal(HttpStatusCode.Unauthorized, await cast.StatusAsync(Caller.KeyWithoutScope, "/v1/models"));

        // 2. What waited costs nothing, and nothing new is taken.
        Assert.Equal(JobState.Canceled, (await JobAsync(cast, cast.Waiting)).State);
        Assert.Equal(balance.Available + balance.Held, (await cast.Get<Ledger>().BalanceAsync(owner, Token)).Available);
        Assert.Equal(GenerationRefusalCodes.Suspended, Assert.IsType<GenerationOutcome.Refused>(await cast.OrderAsync()).Refusal.Code);

        // 3. The person reads the reason, and is let in again.
        using var browser = cast.Site.OpenBrowser();
        await browser.SignInAsync("owner@example.org");
        Assert.Contains("Sold the same picture five times.", browser.Text, StringComparison.Ordinal);
        Assert.Null(await browser.AccountAsync());
        await cast.PostAsync(Caller.Admin, $"/admin/users/{owner}/unsuspend");
        await browser.SignInAsync("owner@example.org");
        Assert.Equal(owner, await browser.AccountAsync());
        Assert.Equal(["job.cancel", "user.suspend", "user.unsuspend"], (await LogAsync(cast)).Select(static entry => entry.Action).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Somebody_who_is_not_there_has_a_page_that_says_so()
    {
        await using var cast = await GatherAsync(server, DatabaseKind.Sqlite);

        using var answer = await cast.SendAsync(Caller.Admin, HttpMethod.Get, "/admin/users/nobody", content: null, withToken: false);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("Nobody has this id", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task The_last_admin_stays_and_nobody_locks_themselves_out(DatabaseKind kind)
    {
        await using var cast = await GatherAsync(server, kind);
        var (admin, owner) = (cast.IdOf(Caller.Admin), cast.IdOf(Caller.Owner));
        Assert.Contains("last-admin", (await cast.PostAsync(Caller.Admin, $"/admin/users/{admin}/admin", ("admin", "false")))?.ToString(), StringComparison.Ordinal);
        Assert.Contains("oneself", (await cast.PostAsync(Caller.Admin, $"/admin/users/{admin}/suspend", ("reason", "tired")))?.ToString(), StringComparison.Ordinal);
        Assert.Contains("oneself", (await cast.PostAsync(Caller.Admin, $"/admin/users/{admin}/delete", ("reason", "tired"), ("understood", "true")))?.ToString(), StringComparison.Ordinal);
        Assert.Empty(await LogAsync(cast));

        await cast.PostAsync(Caller.Admin, $"/admin/users/{owner}/admin", ("admin", "true"));
        Assert.Equal(HttpStatusCode.OK, await cast.StatusAsync(Caller.Owner, "/admin"));
        Assert.Contains("is-admin", (await cast.PostAsync(Caller.Admin, $"/admin/users/{owner}/delete", ("reason", "no"), ("understood", "true")))?.ToString(), StringComparison.Ordinal);
        await cast.PostAsync(Caller.Owner, $"/admin/users/{admin}/admin", ("admin", "false"));
        Assert.Equal(HttpStatusCode.Forbidden, await cast.StatusAsync(Caller.Admin, "/admin"));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Two_admins_who_take_each_others_right_at_the_same_moment_leave_one(DatabaseKind kind)
    {
        await using var cast = await GatherAsync(server, kind);
        var (admin, owner) = (cast.IdOf(Caller.Admin), cast.IdOf(Caller.Owner));
        await cast.PostAsync(Caller.Admin, $"/admin/users/{owner}/admin", ("admin", "true"));
        var users = cast.Get<CanvasWeb.Web.Admin.Users.UserAdmin>();
        await Task.WhenAll(users.SetAdminAsync(admin, owner, isAdmin: false, Token), users.SetAdminAsync(owner, admin, isAdmin: false, Token));
        Assert.Single(await cast.Site.UsersAsync(), static user => user.IsAdmin);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Maintenance_takes_no_jobs_leases_or_sign_ins_but_admins_and_ends_at_once(DatabaseKind kind)
    {
        await using var cast = await GatherAsync(server, kind);
        var created = Assert.IsType<ApiKeyCreation.Created>(await cast.Get<ApiKeyStore>().CreateAsync(cast.IdOf(Caller.Owner), "k", ApiKeyScopes.All, null, RandomId.New(), Token));
        await cast.PostAsync(Caller.Admin, LimitEndpoints.Path, (SiteLimit.Maintenance, "true"), (SiteLimit.MaintenanceMessage, "Back at noon."));

        // 1. Everybody reads it; nothing new begins, and what waits waits.
        using var browser = cast.Site.OpenBrowser();
        await browser.GoAsync("/");
        Assert.Contains("Back at noon.", browser.Html, StringComparison.Ordinal);
        Assert.Equal(GenerationRefusalCodes.Maintenance, Assert.IsType<GenerationOutcome.Refused>(await cast.OrderAsync()).Refusal.Code);
        Assert.Null(await cast.Get<JobQueue>().LeaseAsync("worker", s_models, Token));
        using var client = new HttpClient { BaseAddress = cast.Site.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", created.Secret);
        using var answer = await client.PostAsJsonAsync("/v1/images/generations", new { prompt = "a fox", size = "256x256" }, Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("Back at noon.", (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);

        // 2. Nobody signs in or up but admins; who is in stays in.
        await browser.SignInAsync("stranger@example.org");
        Assert.Null(await browser.AccountAsync());
        Assert.Contains("only administrators can sign in now", browser.Text, StringComparison.Ordinal);
        await browser.GoAsync("/account/register");
        Assert.Contains("takes no new accounts now", browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Create account", browser.Text, StringComparison.Ordinal);
        await browser.SignInAsync("admin@example.org");
        Assert.Equal(cast.IdOf(Caller.Admin), await browser.AccountAsync());
        Assert.Equal(HttpStatusCode.OK, await cast.StatusAsync(Caller.Owner, "/boards"));

        await cast.PostAsync(Caller.Admin, LimitEndpoints.Path, (SiteLimit.Maintenance, "false"));
        Assert.NotNull(await cast.Get<JobQueue>().LeaseAsync("worker", s_models, Token));
        Assert.IsType<GenerationOutcome.Accepted>(await cast.OrderAsync());
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_limit_counts_with_the_next_request_survives_a_new_look_and_goes_back(DatabaseKind kind)
    {
        await using var cast = await GatherAsync(server, kind);
        var limits = cast.Get<SiteLimits>();
        await cast.PostAsync(Caller.Admin, LimitEndpoints.Path, (SiteLimit.QueuedPerPerson, "1"));
        Assert.Equal(GenerationRefusalCodes.QueueFull, Assert.IsType<GenerationOutcome.Refused>(await cast.OrderAsync()).Refusal.Code);
        Assert.Contains("limit-bad", (await cast.PostAsync(Caller.Admin, LimitEndpoints.Path, (SiteLimit.RunningPerPerson, "2"), (SiteLimit.QueuedPerPerson, "0")))?.ToString(), StringComparison.Ordinal);
        await limits.RefreshAsync(Token);
        Assert.Equal((1, 4), (limits.Now.QueuedPerPerson, limits.Now.RunningPerPerson));

        await cast.PostAsync(Caller.Admin, LimitEndpoints.Path, (LimitEndpoints.Reset, SiteLimit.QueuedPerPerson));
        Assert.Equal(100, limits.Now.QueuedPerPerson);
        Assert.IsType<GenerationOutcome.Accepted>(await cast.OrderAsync());

        // The clock of this test stands still, and entries of one moment have no order.
        Assert.Equivalent((string[])["100 -> 1", "1 -> 100 (by the settings)"], (await LogAsync(cast)).Select(static entry => entry.Details), strict: true);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task What_was_given_up_is_queued_again_once_for_its_price(DatabaseKind kind)
    {
        await using var cast = await GatherAsync(server, kind);
        var queue = cast.Get<JobQueue>();
        for (var crash = 0; crash < 3; crash++)
        {
            var leased = await queue.LeaseAsync("worker", s_models, Token);
            Assert.True(await queue.FailAsync(new(cast.Waiting, leased!.Attempt, "model_failed", "The model failed.", Retry: true), Token)); // It waits.
        }

        Assert.Equal(JobState.Poisoned, (await JobAsync(cast, cast.Waiting)).State);
        var before = await cast.Get<Ledger>().BalanceAsync(cast.IdOf(Caller.Owner), Token);
        for (var press = 0; press < 2; press++)
            await cast.PostAsync(Caller.Admin, $"/admin/jobs/{cast.Waiting}/requeue");
        var again = Assert.Single(await JobsAsync(cast), static job => job.State == JobState.Queued);
        var poisoned = await JobAsync(cast, cast.Waiting);
        Assert.Equal((poisoned.UserId, poisoned.BoardId, poisoned.Price, poisoned.Settings), (again.UserId, again.BoardId, again.Price, again.Settings));
        Assert.Equal(before.Held + new CreditAmount(again.Price), (await cast.Get<Ledger>().BalanceAsync(again.UserId, Token)).Held);
        Assert.Equal(["job.requeue"], (await LogAsync(cast)).Select(static entry => entry.Action));

        // The request id of somebody else's job is nothing to it.
        await cast.Get<WriteTransactions>().RunAsync(
            (db, _) => { db.Add(Job.Queue(JobTicket.Again(poisoned, RequestIds.Again(poisoned.Id), []) with { UserId = cast.IdOf(Caller.Editor) }, poisoned.CreatedAt)); return Task.CompletedTask; }, Token);
        var (listed, _) = await cast.Get<JobLists>().FindAsync(new(null, null, null, poisoned.Id), before: null, most: null, Token);
        Assert.Equal(again.Id, Assert.Single(listed).RequeuedAs);
        Assert.Empty((await cast.Get<LedgerAuditor>().AuditAsync(Token)).Problems);
    }

    [Fact]
    public async Task A_model_is_renamed_made_dearer_and_switched_off_for_new_jobs_only()
    {
        await using var cast = await GatherAsync(server);
        await cast.PostAsync(Caller.Admin, "/admin/models/change", ("model", GenerationLab.Model), ("title", "The test"), ("price", "250"), ("on", "true"));
        var model = Assert.Single(cast.Get<ModelRegistry>().All());
        Assert.Equal(("The test", 250), (model.Title, model.PricePercent));
        Assert.Equal(3, (await JobAsync(cast, await cast.AskAsync())).Price); // One picture for 2.5 credits: whole ones, rounded up.

        await cast.PostAsync(Caller.Admin, "/admin/models/change", ("model", GenerationLab.Model), ("price", "250"));
        Assert.Equal(GenerationRefusalCodes.ModelMissing, Assert.IsType<GenerationOutcome.Refused>(await cast.OrderAsync()).Refusal.Code);
        Assert.NotNull(await cast.Get<JobQueue>().LeaseAsync("worker", s_models, Token));
    }

    [Fact]
    public async Task Prompts_are_shown_of_reported_jobs_only()
    {
        await using var cast = await GatherAsync(server);
        using var browser = cast.Site.OpenBrowser();
        await browser.SignInAsync("admin@example.org");
        await browser.GoAsync("/admin/jobs");
        Assert.DoesNotContain("a fox", browser.Html, StringComparison.Ordinal);
        Assert.True(await cast.Get<ResultDesk>().ReportAsync(cast.IdOf(Caller.Viewer), new(cast.Made, 0), Token));
        await browser.GoAsync("/admin/jobs");
        Assert.Contains("a fox", browser.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task The_log_is_filtered_paged_and_exported_without_formulas(DatabaseKind kind)
    {
        await using var cast = await GatherAsync(server, kind);
        var (audit, writes) = (cast.Get<AuditLog>(), cast.Get<WriteTransactions>());
        await writes.RunAsync(
            (db, _) =>
            {
                for (var i = 0; i < 120; i++)
                    audit.Add(db, AuditLog.System, i % 2 == 0 ? "test.even" : "test.odd", "thing:1", i == 119 ? "=1+1, \"quoted\"" : null);
                return Task.CompletedTask;
            },
            Token);
        var log = cast.Get<LogReader>();
        var filter = LogFilter.Parse(AuditLog.System, "test.odd", "thing:", null, null);
        var (first, next) = await log.PageAsync(filter, before: null, Token);
        var (second, end) = await log.PageAsync(filter, next, Token);
        Assert.Equal((50, 10), (first.Count, second.Count));
        Assert.Null(end);
        Assert.Equal(60, first.Concat(second).Select(static entry => entry.Id).Distinct(StringComparer.Ordinal).Count());

        using var answer = await cast.SendAsync(Caller.Admin, HttpMethod.Get, LogExport.Csv + filter.Query, content: null, withToken: false);
        var csv = (await answer.Content.ReadAsStringAsync(Token)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(61, csv.Length);
        Assert.Contains(csv, static row => row.EndsWith("test.odd,thing:1,\"'=1+1, \"\"quoted\"\"\"", StringComparison.Ordinal));
    }

    private static async Task<Job> JobAsync(Cast cast, string id) => (await JobsAsync(cast)).Single(job => job.Id == id);

    private static async Task<List<Job>> JobsAsync(Cast cast)
    {
        await using var db = await cast.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        return await db.Set<Job>().AsNoTracking().ToListAsync(Token);
    }

    // In the order in which it was written: two entries may be of the same millisecond, so the test waits for none.
    // Without what the cast did to get ready: its keys, galleries and the link to its board.
    private static async Task<List<AuditEntry>> LogAsync(Cast cast)
    {
        await using var db = await cast.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        return await db.Set<AuditEntry>().AsNoTracking().Where(static entry => !entry.Action.StartsWith("api-key.") && !entry.Action.StartsWith("gallery.") && !entry.Action.StartsWith("board.")).OrderBy(static entry => entry.At).ToListAsync(Token);
    }
}
