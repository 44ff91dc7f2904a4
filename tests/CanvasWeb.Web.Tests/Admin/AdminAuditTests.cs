using CanvasWeb.Contracts;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Generation.Workers;
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
    private static readonly (string Route, Func<Cast, string> Address, (string Name, string Value)[] Form)[] Forms =
    [
        ("/admin/credits/grant", static _ => "/admin/credits/grant", [("user", "{stranger}"), ("amount", "5"), ("reason", "a gift"), ("key", "a-key-of-22-characters")]),
        ("/admin/users/{id}/admin", static cast => $"/admin/users/{cast.IdOf(Caller.Stranger)}/admin", [("admin", "true")]),
        ("/admin/users/{id}/sessions/end", static cast => $"/admin/users/{cast.IdOf(Caller.Viewer)}/sessions/end", []),
        ("/admin/users/{id}/suspend", static cast => $"/admin/users/{cast.IdOf(Caller.Viewer)}/suspend", [("reason", "spam")]),
        ("/admin/users/{id}/unsuspend", static cast => $"/admin/users/{cast.IdOf(Caller.Viewer)}/unsuspend", []),
        ("/admin/users/{id}/delete", static cast => $"/admin/users/{cast.IdOf(Caller.Viewer)}/delete", [("reason", "asked for it"), ("understood", "true")]),
        ("/admin/jobs/{id}/requeue", static cast => $"/admin/jobs/{cast.Waiting}/requeue", []),
        ("/admin/jobs/{id}/cancel", static cast => $"/admin/jobs/{{new}}/cancel", []),
        ("/admin/models/change", static _ => "/admin/models/change", [("model", GenerationLab.Model), ("title", "The test"), ("price", "100"), ("on", "true")]),
        ("/admin/models/default", static _ => "/admin/models/default", [("model", GenerationLab.Model)]),
        ("/admin/workers/drain", static _ => "/admin/workers/drain", [("worker", "box/1")]),
        ("/admin/workers/resume", static _ => "/admin/workers/resume", [("worker", "box/1")]),
        (LimitEndpoints.Path, static _ => LimitEndpoints.Path, [(SiteLimit.UploadsPerDay, "7")]),
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
            var fields = form.Select(field => (field.Name, field.Value.Replace("{stranger}", cast.IdOf(Caller.Stranger), StringComparison.Ordinal))).ToArray();
            var target = address(cast);
            var answer = await cast.PostAsync(Caller.Admin, target.Contains("{new}", StringComparison.Ordinal) ? target.Replace("{new}", await cast.AskAsync(), StringComparison.Ordinal) : target, fields);
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

    private static async Task<int> CountAsync(Cast cast)
    {
        await using var db = await cast.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        return await db.Set<AuditEntry>().CountAsync(Token);
    }
}
