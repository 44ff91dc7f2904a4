using System.Net;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Authorization;

namespace CanvasWeb.Web.Tests.Security;

/// <summary>
/// Who may call what. Every endpoint of the site stands in the table; a new one fails the test until somebody has decided and written it
/// down. The table says who gets in at all; what a stranger, viewer or editor may do with a board is for the tests of boards.
/// </summary>
public sealed class RouteMatrixTests(PostgreSqlServer server)
{
    private static readonly Dictionary<string, Caller> Table = new(StringComparer.Ordinal)
    {
        // Pages
        ["/"] = Caller.Anybody,
        ["/not-found"] = Caller.Anybody,
        ["/error"] = Caller.Anybody,
        ["/account/sign-in"] = Caller.Anybody,
        ["/account/register"] = Caller.Anybody,
        ["/account"] = Caller.SignedIn,
        ["/account/confirm"] = Caller.SignedIn,
        ["/account/password"] = Caller.SignedIn,
        ["/account/delete"] = Caller.SignedIn,

        // Accounts
        ["POST /account/sign-out"] = Caller.Anybody,
        ["POST /account/appearance"] = Caller.Anybody,
        ["POST /account/try"] = Caller.Anybody,
        ["POST /account/external/{provider}"] = Caller.Anybody,
        ["GET /account/external"] = Caller.Anybody,
        ["POST /account/profile"] = Caller.SignedIn,
        ["POST /account/sessions/end"] = Caller.SignedIn,
        ["POST /account/sessions/end-others"] = Caller.SignedIn,
        ["POST /account/unlink"] = Caller.SignedIn,
        ["POST /account/password/remove"] = Caller.SignedIn,
        ["POST /account/delete/confirmed"] = Caller.SignedIn,

        // Keys of programs
        ["/docs/api"] = Caller.Anybody,
        ["GET /v1/openapi.json"] = Caller.Anybody,
        ["/account/keys"] = Caller.SignedIn,
        ["POST /account/keys/revoke"] = Caller.SignedIn,
        ["/account/webhooks"] = Caller.SignedIn,
        ["/account/webhooks/{EndpointId}"] = Caller.SignedIn,
        ["POST /account/webhooks/test"] = Caller.SignedIn,
        ["POST /account/webhooks/resend"] = Caller.SignedIn,
        ["POST /account/webhooks/enable"] = Caller.SignedIn,
        ["POST /account/webhooks/disable"] = Caller.SignedIn,
        ["POST /account/webhooks/delete"] = Caller.SignedIn,

        // Boards
        ["/b/{BoardId}"] = Caller.SignedIn,
        ["/hubs/board"] = Caller.SignedIn,
        ["/hubs/board/negotiate"] = Caller.SignedIn,
        ["GET /boards/{boardId}/thumbnail.webp"] = Caller.SignedIn,
        ["POST /boards/{boardId}/uploads"] = Caller.SignedIn,
        ["POST /boards/{boardId}/exports"] = Caller.SignedIn,
        ["GET /tiles/{sha256}/{level}.webp"] = Caller.Anybody, // Its address is the picture's hash: who knows it has seen the picture.

        ["/boards"] = Caller.SignedIn,
        ["/boards/bin"] = Caller.SignedIn,

        // Galleries: the owner's pages
        ["/galleries"] = Caller.SignedIn,
        ["/galleries/{GalleryId}"] = Caller.SignedIn,

        // Galleries: live. The link's token is the right to see, asked for anew each time.
        ["/g/{token}/live"] = Caller.Anybody,
        ["/g/{token}/live/negotiate"] = Caller.Anybody,
        ["GET /g/{token}/t/{name}/{level}.webp"] = Caller.Anybody,

        // Generation
        ["GET /models"] = Caller.SignedIn,
        ["GET /jobs/"] = Caller.SignedIn,
        ["POST /jobs/{jobId}/cancel"] = Caller.SignedIn,
        ["POST /jobs/{jobId}/discard"] = Caller.SignedIn,
        ["POST /jobs/{jobId}/accept"] = Caller.SignedIn,
        ["POST /jobs/{jobId}/results/{image:int}/rating"] = Caller.SignedIn,
        ["GET /jobs/{jobId}/results/{image:int}/film.webp"] = Caller.SignedIn,
        ["GET /jobs/{jobId}/results/{image:int}/record.zip"] = Caller.SignedIn,
        ["POST /jobs/{jobId}/results/{image:int}/report"] = Caller.SignedIn,

        // The Images API: a program's key opens it, a cookie never does.
        ["POST /v1/images/generations"] = Caller.KeyHolder,
        ["POST /v1/images/edits"] = Caller.KeyHolder,
        ["POST /v1/images/variations"] = Caller.KeyHolder,
        ["GET /v1/models/"] = Caller.KeyHolder,
        ["GET /v1/models/{id}"] = Caller.KeyHolder,
        ["GET /v1/images/files/{name}"] = Caller.Anybody, // Its address is signed, and names one picture for an hour.

        // Workers
        ["/hubs/inference"] = Caller.KeyHolder,
        ["/hubs/inference/negotiate"] = Caller.KeyHolder,
        ["GET /inference/inputs/{jobId}/{attempt:int}/{name}"] = Caller.KeyHolder,
        ["PUT /inference/results/{jobId}/{attempt:int}/{image:int}"] = Caller.KeyHolder,
        ["PUT /inference/results/{jobId}/{attempt:int}/{image:int}/film"] = Caller.KeyHolder,

        // Credits
        ["/credits"] = Caller.SignedIn,
        ["/admin/credits"] = Caller.Admin,
        ["POST /admin/credits/grant"] = Caller.Admin,

        // Admin
        ["/admin"] = Caller.Admin,
        ["/admin/users"] = Caller.Admin,
        ["/admin/users/{Id}"] = Caller.Admin,
        ["/admin/jobs"] = Caller.Admin,
        ["/admin/models"] = Caller.Admin,
        ["/admin/workers"] = Caller.Admin,
        ["/admin/limits"] = Caller.Admin,
        ["/admin/audit"] = Caller.Admin,
        ["GET /admin/audit/export.csv"] = Caller.Admin,
        ["GET /admin/audit/export.jsonl"] = Caller.Admin,
        ["POST /admin/users/{id}/suspend"] = Caller.Admin,
        ["POST /admin/users/{id}/unsuspend"] = Caller.Admin,
        ["POST /admin/users/{id}/admin"] = Caller.Admin,
        ["POST /admin/users/{id}/sessions/end"] = Caller.Admin,
        ["POST /admin/users/{id}/delete"] = Caller.Admin,
        ["POST /admin/jobs/{id}/cancel"] = Caller.Admin,
        ["POST /admin/jobs/{id}/requeue"] = Caller.Admin,
        ["POST /admin/models/change"] = Caller.Admin,
        ["POST /admin/models/default"] = Caller.Admin,
        ["POST /admin/workers/drain"] = Caller.Admin,
        ["POST /admin/workers/resume"] = Caller.Admin,
        ["POST /admin/limits/set"] = Caller.Admin,

        // Payments
        ["POST /payments/checkout"] = Caller.SignedIn,
        ["POST /payments/stripe/webhook"] = Caller.KeyHolder,

        // Galleries: the link is the right to see, checked on each request; a password comes on top.
        ["GET /g/{token}"] = Caller.Anybody,
        ["GET /g/{token}/{item}"] = Caller.Anybody,
        ["POST /g/{token}/password"] = Caller.Anybody,
        ["GET /g/{token}/report"] = Caller.Anybody,
        ["POST /g/{token}/report"] = Caller.Anybody,
        ["POST /g/{token}/remix"] = Caller.SignedIn,
        ["GET /g/{token}/feed.xml"] = Caller.Anybody,
        ["GET /g/{token}/card.jpg"] = Caller.Anybody,
        ["GET /g/{token}/p/{item}/card.jpg"] = Caller.Anybody,
        ["GET /g/{token}/p/{item}/{level}.webp"] = Caller.Anybody,
        ["GET /g/{token}/p/{item}/before.webp"] = Caller.Anybody,
        ["GET /g/{token}/p/{item}/film.webp"] = Caller.Anybody,
        ["GET /g/{token}/p/{item}/download"] = Caller.Anybody,
        ["GET /oembed"] = Caller.Anybody,

        // Moderation
        ["/account/refusals"] = Caller.SignedIn,
        ["POST /account/refusals/appeal"] = Caller.SignedIn,
        ["/admin/reports"] = Caller.Admin,
        ["POST /admin/reports/act"] = Caller.Admin,
        ["/admin/refusals"] = Caller.Admin,
        ["POST /admin/refusals/answer"] = Caller.Admin,
        ["/admin/policy"] = Caller.Admin,
        ["POST /admin/policy/add"] = Caller.Admin,
        ["POST /admin/policy/take-back"] = Caller.Admin,
        ["POST /admin/policy/reload"] = Caller.Admin,
        ["GET /admin/pictures/{sha256}"] = Caller.Admin,

        // Health
        ["/healthz"] = Caller.Anybody,
        ["/readyz"] = Caller.Anybody,
    };

    private enum Caller
    {
        Anybody,
        SignedIn,
        Admin,

        /// <summary>A program with a key of its own: a worker, Stripe. The endpoint checks it; no cookie opens it.</summary>
        KeyHolder,
    }

    [Fact]
    public async Task Every_endpoint_stands_in_the_table_and_asks_for_whom_the_table_says()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        var problems = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in Endpoints(site))
        {
            var name = Name(endpoint);
            seen.Add(name);
            if (!Table.TryGetValue(name, out var caller))
                problems.Add($"[\"{name}\"] is missing: who may call it? It asks for {Asks(endpoint)}.");
            else if (caller is not Caller.KeyHolder && Asks(endpoint) != caller)
                problems.Add($"{name} is for {caller} but asks for {Asks(endpoint)}.");
        }

        problems.AddRange(Table.Keys.Where(name => !seen.Contains(name)).Select(static name => name + " is in the table but not on the site."));
        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems));
    }

    [Fact]
    public async Task Nobody_who_is_not_signed_in_gets_past_what_is_for_signed_in_people()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };
        var problems = new List<string>();
        foreach (var endpoint in Endpoints(site))
        {
            if (!Table.TryGetValue(Name(endpoint), out var caller) || caller == Caller.Anybody)
                continue;
            foreach (var method in Methods(endpoint))
            {
                using var request = new HttpRequestMessage(new(method), Example(endpoint));
                using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
                // Whether a key is missing is the endpoint's own to say, and it may hide itself.
                var refused = caller == Caller.KeyHolder ? (int)response.StatusCode is >= 400 and < 500 : response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
                if (!refused)
                    problems.Add($"{method} {Example(endpoint)} answers {(int)response.StatusCode} to somebody who is not signed in.");
            }
        }

        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems));
    }

    [Fact]
    public async Task Somebody_who_is_not_an_admin_gets_past_nothing_that_is_for_admins()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        using var admin = site.OpenBrowser();
        await admin.GoAsync("/account/sign-in");
        await admin.SubmitAsync("Try it");
        using var browser = site.OpenBrowser();
        await browser.GoAsync("/account/sign-in");
        await browser.SubmitAsync("Try it");

        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = site.Address };
        var problems = new List<string>();
        foreach (var endpoint in Endpoints(site).Where(static endpoint => Asks(endpoint) == Caller.Admin))
        {
            foreach (var method in Methods(endpoint))
            {
                using var request = new HttpRequestMessage(new(method), Example(endpoint));
                request.Headers.Add("Cookie", "canvasweb.session=" + browser.Cookies["canvasweb.session"]);
                using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
                if (response.StatusCode != HttpStatusCode.Forbidden)
                    problems.Add($"{method} {Example(endpoint)} answers {(int)response.StatusCode} to somebody who is not an admin.");
            }
        }

        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems));
    }

    // Static files and the framework's own endpoints are the same on every site.
    private static IEnumerable<RouteEndpoint> Endpoints(RunningSite site) =>
        site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(static endpoint =>
            endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is null
            && endpoint.RoutePattern.RawText is { } route
            && !route.StartsWith("/_", StringComparison.Ordinal) && !route.StartsWith("_framework", StringComparison.Ordinal) && !route.StartsWith("_blazor", StringComparison.Ordinal)
            && !endpoint.DisplayName!.Contains("Fallback", StringComparison.Ordinal) && !route.Contains(":nonfile", StringComparison.Ordinal)); // Routes of the framework have names.

    private static string Name(RouteEndpoint endpoint)
    {
        var route = "/" + endpoint.RoutePattern.RawText?.TrimStart('/');
        // Pages answer to GET and to the POST of their own forms.
        return endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata>() is not null || endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not { } methods
            ? route
            : string.Join('|', methods.HttpMethods) + " " + route;
    }

    private static IEnumerable<string> Methods(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"];

    private static string Example(RouteEndpoint endpoint) =>
        "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(static segment => string.Concat(segment.Parts.Select(static part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
            _ => "1",
        }))));

    private static Caller Asks(RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return Caller.Anybody;
        var asked = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
        if (asked.Any(static data => data.Policy == Policies.Admin))
            return Caller.Admin;
        return asked.Count != 0 || endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is not null ? Caller.SignedIn : Caller.Anybody;
    }
}
