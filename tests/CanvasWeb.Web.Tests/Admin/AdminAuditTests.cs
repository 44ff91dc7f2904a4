using CanvasWeb.Contracts;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Generation.Workers;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Moderation.Pictures;
using CanvasWeb.Web.Moderation.Prompts;
using CanvasWeb.Web.Moderation.Refusals;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tests.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using static CanvasWeb.Web.Tests.Security.Cast;

namespace CanvasWeb.Web.Tests.Admin;

/// <summary>
/// Nothing that an admin does goes unnoted: every POST route that asks for an admin is used once, as its form would, and has to leave an entry. A new
/// route fails until its form stands here.
/// </summary>
public sealed class AdminAuditTests(PostgreSqlServer server)
{
    // In the order in which they are sent: some undo what others did.
    // Words in braces stand for things of the cast.
    private static readonly (string Route, string Address, (string Name, string Value)[] Form)[] Forms =
    [
        ("/admin/credits/grant", "/admin/credits/grant", [("user", "{stranger}"), ("amount", "5"), ("reason", "a gift"), ("key", "{id}")]),
        ("/admin/users/{id}/admin", "/admin/users/{stranger}/admin", [("admin", "true")]),
        ("/admin/users/{id}/sessions/end", "/admin/users/{viewer}/sessions/end", []),
        ("/admin/users/{id}/suspend", "/admin/users/{viewer}/suspend", [("reason", "spam")]),
        ("/admin/users/{id}/unsuspend", "/admin/users/{viewer}/unsuspend", []),
        ("/admin/users/{id}/delete", "/admin/users/{viewer}/delete", [("reason", "asked for it"), ("understood", "true")]),
        ("/admin/jobs/{id}/requeue", "/admin/jobs/{poisoned}/requeue", []),
        ("/admin/jobs/{id}/cancel", "/admin/jobs/{waiting}/cancel", []),
        ("/admin/models/change", "/admin/models/change", [("model", GenerationLab.Model), ("title", "The test"), ("price", "100"), ("on", "true")]),
        ("/admin/models/default", "/admin/models/default", [("model", GenerationLab.Model)]),
        ("/admin/workers/drain", "/admin/workers/drain", [("worker", "box/1")]),
        ("/admin/workers/resume", "/admin/workers/resume", [("worker", "box/1")]),
        (LimitEndpoints.Path, LimitEndpoints.Path, [(SiteLimit.UploadsPerDay, "7")]),
        ("/admin/reports/act", "/admin/reports/act", [("kind", "Result"), ("target", "{reported}"), ("part", "0"), ("verb", "Dismiss")]),
        ("/admin/reports/show", "/admin/reports/show", [("picture", "{hidden}")]),
        ("/admin/policy/add", "/admin/policy/add", [("category", "violence"), ("line", "fox")]),
        ("/admin/refusals/answer", "/admin/refusals/answer", [("refusal", "{refused}"), ("text", "It is an animal."), ("allow", "true")]),
        ("/admin/policy/take-back", "/admin/policy/take-back", [("term", "{term}")]),
        ("/admin/policy/reload", "/admin/policy/reload", []),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_admin_form_leaves_an_entry()
    {
        // 1. Something for each of them to act on: a job that was given up, a worker.
        await using var cast = await GatherAsync(server);
        await PoisonAsync(cast);
        cast.Get<WorkerRegistry>().Add("connection", new(InferenceProtocol.Version, "box/1", [GenerationLab.Description]));

        // 2. One after another.
        var problems = new List<string>();
        var routes = cast.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(static data => data.Policy == Policies.Admin)
                && endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is { } methods && methods.HttpMethods.Contains(HttpMethods.Post)
                && endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata>() is null)
            .Select(static endpoint => "/" + endpoint.RoutePattern.RawText?.TrimStart('/')).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(routes.Except(Forms.Select(static form => form.Route), StringComparer.Ordinal).Select(static route => route + " has no form here: does it note what it does?"));
        foreach (var (route, address, form) in Forms)
        {
            Assert.Contains(route, routes);
            var before = await CountAsync(cast);
            List<(string, string)> fields = [];
            foreach (var (name, value) in form)
                fields.Add((name, await FillAsync(cast, value)));
            var answer = await cast.PostAsync(Caller.Admin, await FillAsync(cast, address), [.. fields]);
            if (await CountAsync(cast) == before)
                problems.Add($"{route} left no entry; it went to {answer}");
        }

        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems));
    }

    [Fact]
    public async Task Every_entry_names_the_admin_and_no_prompt()
    {
        await using var cast = await GatherAsync(server);
        await cast.PostAsync(Caller.Admin, $"/admin/jobs/{cast.Waiting}/cancel");
        await using var db = await cast.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        var entry = await db.Set<AuditEntry>().SingleAsync(static entry => entry.Action == "job.cancel", Token);
        Assert.Equal((cast.IdOf(Caller.Admin), "job:" + cast.Waiting), (entry.ActorId, entry.Subject));
        Assert.DoesNotContain("fox", entry.Details, StringComparison.Ordinal);
    }

    private static async Task PoisonAsync(Cast cast)
    {
        var queue = cast.Get<JobQueue>();
        for (var crash = 0; crash < 3; crash++)
        {
            var leased = await queue.LeaseAsync("worker", new HashSet<string>(StringComparer.Ordinal) { GenerationLab.Model }, Token);
            Assert.True(await queue.FailAsync(new(cast.Waiting, leased!.Attempt, "model_failed", "The model failed.", Retry: true), Token)); // It waits.
        }
    }

    private static async Task<string> FillAsync(Cast cast, string text)
    {
        if (text.IndexOf('{', StringComparison.Ordinal) is not (>= 0 and var start))
            return text;
        var end = text.IndexOf('}', start);
        return text[..start] + await ThingAsync(cast, text[(start + 1)..end]) + text[(end + 1)..];
    }

    private static async Task<string> ThingAsync(Cast cast, string name)
    {
        switch (name)
        {
            case "id":
                return RandomId.New();
            case "stranger":
                return cast.IdOf(Caller.Stranger);
            case "viewer":
                return cast.IdOf(Caller.Viewer);
            case "poisoned":
                return cast.Waiting;
            case "waiting":
                return await cast.AskAsync();
            case "reported":
                await cast.Get<ReportQueue>().AddAsync(ReportTarget.Result(cast.Made, 0, cast.IdOf(Caller.Owner), cast.Fill("{sha256}", Caller.Owner)), Reporter.OfUser(cast.IdOf(Caller.Editor)), ReportReason.Other, "", Token);
                return cast.Made;
            case "hidden":
                var sha256 = cast.Fill("{sha256}", Caller.Owner);
                await cast.Get<WriteTransactions>().RunAsync(
                    (db, token) => HiddenPictures.HideAsync(db, new() { Sha256 = sha256, Because = HiddenBecause.Admin, CreatedAt = default }, token), Token);
                return sha256;
            case "refused":
                Assert.IsType<GenerationOutcome.Refused>(await cast.OrderAsync());
                await using (var db = await cast.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token))
                    return (await db.Set<Refusal>().SingleAsync(Token)).Id;
            case "term":
                await using (var db = await cast.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token))
                    return (await db.Set<PolicyTerm>().SingleAsync(Token)).Id;
            default:
                throw new ArgumentException($"There is no {name}.", nameof(name));
        }
    }

    private static async Task<int> CountAsync(Cast cast)
    {
        await using var db = await cast.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        return await db.Set<AuditEntry>().CountAsync(Token);
    }
}
