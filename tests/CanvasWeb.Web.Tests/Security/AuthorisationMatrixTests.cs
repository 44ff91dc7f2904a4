using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Document.Sync;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Galleries.Live;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Workers;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.StaticAssets;
using static CanvasWeb.Web.Tests.Security.Cast;

namespace CanvasWeb.Web.Tests.Security;

/// <summary>
/// Who may what: every route and every hub method by everybody, on the running site. The lists come from the route table and from the hubs' own methods: a new
/// one fails here until somebody has decided who may use it and has written that down.
/// <para>
/// A row is a route (pages have no verb) and nine letters, one for each of <see cref="Everybody"/>: nobody, nobody with a revoked link, a key without
/// scope, a stranger, viewer, commenter, editor and owner of the board, and an admin without a part in it.
/// "+": let in, whatever is said to what they ask. "-": refused in words. "?": answered as something that is not there. "!": asked to sign in.
/// </para>
/// <para>
/// Things of the owner's stand in the places of a route by their names (<see cref="Cast.Fill"/>). Forms of one's own account are sent without their
/// antiforgery token (<see cref="Route.Quiet"/>): who is let in is told so, and nobody is signed out in the middle.
/// </para>
/// </summary>
public sealed class AuthorisationMatrixTests(PostgreSqlServer server)
{
    private const string All = "+++++++++";
    private const string SignedIn = "!!!++++++";
    private const string Admins = "!!!-----+";
    private const string NoPerson = "!!!!!!!!!";
    private const string Keys = "!!-!!!!!!";
    private const string Link = "+?+++++++";

    private static readonly Dictionary<string, Route> Routes = new(StringComparer.Ordinal)
    {
        // Pages that anybody may see
        ["/"] = new(All),
        ["/not-found"] = new(All),
        ["/error"] = new(All),
        ["/account/sign-in"] = new(All),
        ["/account/register"] = new(All),
        ["/docs/api"] = new(All),
        ["GET /v1/openapi.json"] = new(All),
        ["GET /oembed"] = new("?????????"), // It was told no address of a gallery.
        ["/healthz"] = new(All),
        ["/readyz"] = new(All),

        // One's own account
        ["/account"] = new(SignedIn),
        ["/account/confirm"] = new(SignedIn),
        ["/account/password"] = new(SignedIn),
        ["/account/delete"] = new(SignedIn),
        ["/account/keys"] = new(SignedIn),
        ["/account/webhooks"] = new(SignedIn),
        ["/account/webhooks/{EndpointId}"] = new("!!!??????"), // Nobody has this one.
        ["/account/refusals"] = new(SignedIn),
        ["POST /account/refusals/appeal"] = new(SignedIn, Quiet: true),
        ["POST /account/sign-out"] = new(All, Quiet: true),
        ["POST /account/appearance"] = new(All, Quiet: true),
        ["POST /account/try"] = new(All, Quiet: true),
        ["POST /account/external/{provider}"] = new(All, Quiet: true),
        ["GET /account/external"] = new(All),
        ["POST /account/profile"] = new(SignedIn, Quiet: true),
        ["POST /account/sessions/end"] = new(SignedIn, Quiet: true),
        ["POST /account/sessions/end-others"] = new(SignedIn, Quiet: true),
        ["POST /account/unlink"] = new(SignedIn, Quiet: true),
        ["POST /account/password/remove"] = new(SignedIn, Quiet: true),
        ["POST /account/delete/confirmed"] = new(SignedIn, Quiet: true),
        ["POST /account/keys/revoke"] = new(SignedIn, Quiet: true),
        ["POST /account/webhooks/test"] = new(SignedIn, Quiet: true),
        ["POST /account/webhooks/resend"] = new(SignedIn, Quiet: true),
        ["POST /account/webhooks/enable"] = new(SignedIn, Quiet: true),
        ["POST /account/webhooks/disable"] = new(SignedIn, Quiet: true),
        ["POST /account/webhooks/delete"] = new(SignedIn, Quiet: true),
        ["/credits"] = new(SignedIn),
        ["POST /payments/checkout"] = new(SignedIn, Quiet: true),
        ["POST /payments/stripe/webhook"] = new("?????????"),

        // Boards. A picture's address is its hash: who knows it has seen the picture.
        ["/boards"] = new(SignedIn),
        ["/boards/bin"] = new(SignedIn),
        ["/b/{BoardId}"] = new("!!!?++++?"),
        ["/join/{Token}"] = new(SignedIn), // Says what it opens; who is on the board already is sent there.
        ["POST /join/{token}/accept"] = new(SignedIn, Quiet: true),
        ["/hubs/board"] = new(SignedIn),
        ["/hubs/board/negotiate"] = new(SignedIn),
        ["GET /boards/{boardId}/thumbnail.webp"] = new("!!!?++++?"),
        ["POST /boards/{boardId}/uploads"] = new("!!!?--++?"),
        ["POST /boards/{boardId}/exports"] = new("!!!?++++?", Json: """{"what":"rect","rect":{"x":0,"y":0,"width":8,"height":8},"format":"png"}"""),
        ["GET /tiles/{sha256}/{level}.webp"] = new(All),

        // Jobs of a board: rated and put away by who may paint, canceled by who asked
        ["GET /models"] = new(SignedIn),
        ["GET /jobs/"] = new(SignedIn),
        ["POST /jobs/{jobId}/cancel"] = new("!!!????+?", Waiting: true),
        ["POST /jobs/{jobId}/accept"] = new("!!!???++?", Json: "[0]"),
        ["POST /jobs/{jobId}/discard"] = new("!!!???++?"),
        ["POST /jobs/{jobId}/results/{image:int}/rating"] = new("!!!???++?", Json: """{"stars":4}"""),
        ["POST /jobs/{jobId}/results/{image:int}/report"] = new("!!!?++++?"),
        ["GET /jobs/{jobId}/results/{image:int}/film.webp"] = new("!!!?++++?"),
        ["GET /jobs/{jobId}/results/{image:int}/record.zip"] = new("!!!?++++?"),

        ["/pictures"] = new(SignedIn),
        ["GET /pictures/search"] = new(SignedIn), // One's own; those of a board for who may see it.

        // Galleries
        ["/galleries"] = new(SignedIn),
        ["/galleries/{GalleryId}"] = new("!!!????+?"),
        ["GET /g/{token}"] = new(Link),
        ["GET /g/{token}/{item}"] = new(Link),
        ["POST /g/{token}/password"] = new(Link),
        ["GET /g/{token}/report"] = new(Link),
        ["POST /g/{token}/report"] = new(Link, Form: "reason=Other"),
        ["POST /g/{token}/remix"] = new(SignedIn, Quiet: true), // To a board of one's own.
        ["GET /g/{token}/feed.xml"] = new(Link),
        ["GET /g/{token}/card.jpg"] = new(Link),
        ["GET /g/{token}/p/{item}/card.jpg"] = new(Link),
        ["GET /g/{token}/p/{item}/{level}.webp"] = new(Link),
        ["GET /g/{token}/p/{item}/before.webp"] = new(Link),
        ["GET /g/{token}/p/{item}/film.webp"] = new(Link),
        ["GET /g/{token}/p/{item}/download"] = new(Link),
        ["/g/{token}/live"] = new(All), // Whether there is something to see is told by the hub's Join, below.
        ["/g/{token}/live/negotiate"] = new(All),
        ["GET /g/{token}/t/{name}/{level}.webp"] = new(Link),

        // Programs
        ["POST /v1/images/generations"] = new(Keys, Json: """{"prompt":"a fox"}"""),
        ["POST /v1/images/edits"] = new(Keys),
        ["POST /v1/images/variations"] = new(Keys),
        ["GET /v1/models/"] = new(Keys),
        ["GET /v1/models/{id}"] = new(Keys),
        ["GET /v1/images/files/{name}"] = new(Link), // Whoever has the address; that of the revoked link has run out.

        // Workers
        ["/hubs/inference"] = new(NoPerson),
        ["/hubs/inference/negotiate"] = new(NoPerson),
        ["GET /inference/inputs/{jobId}/{attempt:int}/{name}"] = new(NoPerson),
        ["PUT /inference/results/{jobId}/{attempt:int}/{image:int}"] = new(NoPerson),
        ["PUT /inference/results/{jobId}/{attempt:int}/{image:int}/film"] = new(NoPerson),

        // Admin
        ["/admin"] = new(Admins),
        ["/admin/users"] = new(Admins),
        ["/admin/users/{Id}"] = new("!!!-----?"),
        ["/admin/jobs"] = new(Admins),
        ["/admin/credits"] = new(Admins),
        ["/admin/models"] = new(Admins),
        ["/admin/workers"] = new(Admins),
        ["/admin/limits"] = new(Admins),
        ["/admin/audit"] = new(Admins),
        ["/admin/reports"] = new(Admins),
        ["/admin/refusals"] = new(Admins),
        ["/admin/policy"] = new(Admins),
        ["GET /admin/pictures/{sha256}"] = new(Admins), // Hidden ones, too.
        ["POST /admin/reports/act"] = new(Admins, Quiet: true),
        ["POST /admin/reports/show"] = new(Admins, Quiet: true),
        ["POST /admin/refusals/answer"] = new(Admins, Quiet: true),
        ["POST /admin/policy/add"] = new(Admins, Quiet: true),
        ["POST /admin/policy/take-back"] = new(Admins, Quiet: true),
        ["POST /admin/policy/reload"] = new(Admins, Quiet: true),
        ["GET /admin/audit/export.csv"] = new(Admins),
        ["GET /admin/audit/export.jsonl"] = new(Admins),
        ["POST /admin/credits/grant"] = new(Admins, Quiet: true),
        ["POST /admin/users/{id}/suspend"] = new(Admins, Quiet: true),
        ["POST /admin/users/{id}/unsuspend"] = new(Admins, Quiet: true),
        ["POST /admin/users/{id}/admin"] = new(Admins, Quiet: true),
        ["POST /admin/users/{id}/sessions/end"] = new(Admins, Quiet: true),
        ["POST /admin/users/{id}/delete"] = new(Admins, Quiet: true),
        ["POST /admin/jobs/{id}/cancel"] = new(Admins, Quiet: true),
        ["POST /admin/jobs/{id}/requeue"] = new(Admins, Quiet: true),
        ["POST /admin/models/change"] = new(Admins, Quiet: true),
        ["POST /admin/models/default"] = new(Admins, Quiet: true),
        ["POST /admin/workers/drain"] = new(Admins, Quiet: true),
        ["POST /admin/workers/resume"] = new(Admins, Quiet: true),
        ["POST /admin/limits/set"] = new(Admins, Quiet: true),
    };

    // Nobody in the cast gets so far.
    private static readonly Func<HubLine, Cast, Task<bool?>> s_never = static (_, _) => Task.FromResult<bool?>(true);

    // A hub's methods in the order in which a line calls them; a name may stand here more than once, for different things that it does.
    private static readonly (string Hub, string Method, string What, string Expected, Func<HubLine, Cast, Task<bool?>> Call)[] HubMethods =
    [
        (nameof(BoardHub), "Join", "", "!!!?++++?", static async (line, cast) => await line.InvokeAsync<JoinResult>("Join", new JoinRequest(cast.BoardId, new(cast.Client))) is not null),
        (nameof(BoardHub), "SubmitOps", " frame", "!!!?--++?", static (line, cast) => SubmitAsync(line, cast, 1, new FrameAdd(new("g" + NewId()), new(0, 0, 64, 64), Order))),
        (nameof(BoardHub), "SubmitOps", " note", "!!!?-+++?", static (line, cast) => SubmitAsync(line, cast, 2, new NoteAdd(new("n" + NewId()), new(0, 0, 64, 64), Order, "hello"))),
        (nameof(BoardHub), "SetPresence", "", SignedIn, static (line, _) => DoneAsync(line.InvokeAsync("SetPresence", new Presence(Tool: "frame")))), // A line without a board tells nobody.
        (nameof(BoardHub), "AckPreview", "", SignedIn, static (line, cast) => DoneAsync(line.InvokeAsync("AckPreview", cast.Waiting, 1))),
        (nameof(BoardHub), "PlanFrame", "", "!!!?++++?", static async (line, _) => (await line.InvokeAsync<PlanView>("PlanFrame", new { frame = new WorldRect(1000, 0, 64, 64) })).Refusal is null),
        (nameof(BoardHub), "Generate", "", "!!!?--++?", static async (line, _) => (await line.InvokeAsync<GenerateResult>("Generate", new GenerateRequest(new("f"), new("a fox", Count: 1), NewId()))).Job is not null),
        (nameof(BoardHub), "PriceOf", "", "!!!?--++?", static async (line, _) => (await line.InvokeAsync<OperationPrice>("PriceOf", new PictureOperation(OperationKind.Variation, [new("gone")]), FrameSettings.Default)).Refusal?.Code != GenerationRefusalCodes.Forbidden),
        (nameof(BoardHub), "Sketch", "", "!!!?--++?", static async (line, _) => (await line.FirstAsync<SketchResult>("Sketch", new SketchRequest(OperationKind.Variation, [new("gone")], "a fox", null, null, 0.5, 1))).Refusal?.StartsWith("You can look", StringComparison.Ordinal) != true),
        (nameof(BoardHub), "CancelJob", "", "!!!????+?", static async (line, cast) => await line.InvokeAsync<bool>("CancelJob", await cast.AskAsync()) ? true : null),
        (nameof(BoardHub), "Leave", "", SignedIn, static (line, _) => DoneAsync(line.InvokeAsync("Leave"))),
        (nameof(GalleryHub), "Join", "", Link, static async (line, _) => await line.InvokeAsync<JoinResult>("Join", new JoinRequest("", new("c"))) is not null),
        (nameof(GalleryHub), "AckPreview", "", All, static (line, cast) => DoneAsync(line.InvokeAsync("AckPreview", cast.Waiting, 1))),
        (nameof(InferenceHub), "Hello", "", NoPerson, s_never),
        (nameof(InferenceHub), "Lease", "", NoPerson, s_never),
        (nameof(InferenceHub), "ReportStep", "", NoPerson, s_never),
        (nameof(InferenceHub), "JudgeInputs", "", NoPerson, s_never),
        (nameof(InferenceHub), "Heartbeat", "", NoPerson, s_never),
        (nameof(InferenceHub), "Complete", "", NoPerson, s_never),
        (nameof(InferenceHub), "Fail", "", NoPerson, s_never),
    ];

    private static OrderKey Order => OrderKey.Between(null, null, new("cast"));

    [Fact]
    public async Task Every_route_answers_everybody_as_the_table_says()
    {
        await using var cast = await GatherAsync(server, withEdit: true);
        var problems = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);

        // "Try it" signs in anew, and so out: it comes last.
        foreach (var endpoint in Endpoints(cast.Site).OrderBy(static endpoint => Name(endpoint) == "POST /account/try"))
        {
            var name = Name(endpoint);
            if (!names.Add(name))
                continue;
            var route = Routes.GetValueOrDefault(name);
            var answers = new StringBuilder();
            foreach (var caller in Everybody)
                answers.Append(await AnswerAsync(cast, caller, name, route ?? new("", Quiet: true)));
            if (route is null)
                problems.Add($"[\"{name}\"] is missing: who may use it? It answers {answers} without a form.");
            else if (route.Expected != answers.ToString())
                problems.Add($"{name}: {answers}, not {route.Expected}");
        }


        problems.AddRange(Routes.Keys.Where(name => !names.Contains(name)).Select(static name => name + " is in the table but not on the site."));
        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems));
    }

    [Fact]
    public async Task Every_hub_method_answers_everybody_as_the_table_says()
    {
        await using var cast = await GatherAsync(server);
        var problems = new List<string>();
        var hubs = typeof(BoardHub).Assembly.GetTypes().Where(static type => type.IsAssignableTo(typeof(Hub)) && !type.IsAbstract).ToList();
        foreach (var hub in hubs)
        {
            // 1. Each method that a line can call has a row.
            var callable = hub.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(static method => !method.IsSpecialName && method.GetBaseDefinition().DeclaringType == method.DeclaringType).Select(static method => method.Name);
            problems.AddRange(callable.Except(HubMethods.Where(row => row.Hub == hub.Name).Select(static row => row.Method), StringComparer.Ordinal).Select(method => $"{hub.Name}.{method} is missing: who may call it?"));

            // 2. By everybody, each on a line of their own.
            var rows = HubMethods.Where(row => row.Hub == hub.Name).ToList();
            var found = rows.ConvertAll(static _ => new StringBuilder());
            foreach (var caller in Everybody)
            {
                cast.Client = "tab-of-" + caller;
                await using var line = await ConnectAsync(cast, hub, caller);
                for (var i = 0; i < rows.Count; i++)
                    found[i].Append(line is null ? '!' : await CallAsync(() => rows[i].Call(line, cast)));
            }

            for (var i = 0; i < rows.Count; i++)
            {
                if (found[i].ToString() != rows[i].Expected)
                    problems.Add($"{hub.Name}.{rows[i].Method}{rows[i].What}: {found[i]}, not {rows[i].Expected}");
            }
        }

        problems.AddRange(HubMethods.Where(row => !hubs.Any(hub => hub.Name == row.Hub && hub.GetMethod(row.Method) is not null)).Select(static row => $"{row.Hub}.{row.Method} is in the table but not on the site."));
        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems));
    }

    private static async Task<char> AnswerAsync(Cast cast, Caller caller, string name, Route route)
    {
        var (verb, template) = name.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 ? (name[..space], name[(space + 1)..]) : ("GET", name);
        using var content = route.Json is not null ? new StringContent(route.Json, Encoding.UTF8, "application/json")
            : verb == "POST" ? new StringContent(route.Form, Encoding.UTF8, "application/x-www-form-urlencoded")
            : (HttpContent?)null;
        var address = cast.Fill(route.Waiting ? template.Replace("{jobId}", cast.Waiting, StringComparison.Ordinal) : template, caller);
        using var answer = await cast.SendAsync(caller, new(verb), address, content, withToken: !route.Quiet);
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => '!',
            HttpStatusCode.Forbidden => '-',
            HttpStatusCode.NotFound or HttpStatusCode.Gone => '?',
            HttpStatusCode.InternalServerError => 'X',
            _ => '+',
        };
    }

    private static async Task<HubLine?> ConnectAsync(Cast cast, Type hub, Caller caller)
    {
        var path = (string?)hub.GetField("Path")?.GetRawConstantValue() ?? CanvasWeb.Contracts.InferenceProtocol.HubPath;
        try
        {
            return await HubLine.ConnectAsync(new(cast.Site.Address, cast.Fill(path, caller)), cast.Headers(caller));
        }
        catch (HubRefusedException refused) when (refused.Status is HttpStatusCode.Unauthorized)
        {
            return null;
        }
    }

    private static async Task<char> CallAsync(Func<Task<bool?>> call)
    {
        try
        {
            return await call() switch { true => '+', false => '-', null => '?' };
        }
        catch (HubErrorException error)
        {
            Assert.True(error.Message.EndsWith("not_found", StringComparison.Ordinal) || error.Message.EndsWith("not_joined", StringComparison.Ordinal), error.Message);
            return '?';
        }
    }

    private static async Task<bool?> SubmitAsync(HubLine line, Cast cast, long seq, BoardOp op) =>
        Assert.Single((await line.InvokeAsync<SubmitResult>("SubmitOps", (List<JsonElement>)[JsonSerializer.SerializeToElement(new ClientOp(new(cast.Client), seq, op), CanvasJson.Options)])).Outcomes).Kind == OutcomeKind.Accepted;

    private static async Task<bool?> DoneAsync(Task call)
    {
        await call;
        return true;
    }

    private static string NewId() => CanvasWeb.Web.Data.RandomId.New();

    // Static files and the framework's own endpoints are the same on every site.
    private static IEnumerable<RouteEndpoint> Endpoints(RunningSite site) =>
        site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(static endpoint =>
            endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null
            && endpoint.RoutePattern.RawText is { } route
            && !route.StartsWith("/_", StringComparison.Ordinal) && !route.StartsWith("_framework", StringComparison.Ordinal) && !route.StartsWith("_blazor", StringComparison.Ordinal)
            && !endpoint.DisplayName!.Contains("Fallback", StringComparison.Ordinal) && !route.Contains(":nonfile", StringComparison.Ordinal)); // Routes of the framework have names.

    private static string Name(RouteEndpoint endpoint)
    {
        var route = "/" + endpoint.RoutePattern.RawText?.TrimStart('/');
        // Pages answer to GET and to the POST of their own forms.
        return endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null || endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not { } methods
            ? route
            : string.Join('|', methods.HttpMethods) + " " + route;
    }

    /// <param name="Expected">A letter for each of <see cref="Everybody"/>.</param>
    /// <param name="Json">The body; without one a POST sends <paramref name="Form"/>.</param>
    /// <param name="Quiet">Sent without an antiforgery token, so that nothing happens.</param>
    /// <param name="Waiting">The job that waits stands in the place of the finished one.</param>
    private sealed record Route(string Expected, string? Json = null, string Form = "nothing=1", bool Quiet = false, bool Waiting = false);
}
