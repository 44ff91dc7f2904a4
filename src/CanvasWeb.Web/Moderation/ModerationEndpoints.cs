using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Accounts.Security;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Moderation.Prompts;
using CanvasWeb.Web.Moderation.Refusals;
using CanvasWeb.Web.Moderation.Reports;
using CanvasWeb.Web.Tiles;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CanvasWeb.Web.Moderation;

/// <summary>What the forms of moderation's pages do.</summary>
internal static class ModerationEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(ModerationRoutes.Appeal, AppealAsync).RequireAuthorization().RequireAntiforgery();
        var admin = app.MapGroup("").RequireAuthorization(Policies.Admin);
        admin.MapPost(ModerationRoutes.AdminReportsAct, ActAsync).RequireAntiforgery();
        admin.MapPost(ModerationRoutes.AdminReportsShow, ShowAsync).RequireAntiforgery();
        admin.MapPost(ModerationRoutes.AdminRefusalsAnswer, AnswerAsync).RequireAntiforgery();
        admin.MapPost(ModerationRoutes.AdminPolicyAdd, AddAsync).RequireAntiforgery();
        admin.MapPost(ModerationRoutes.AdminPolicyTakeBack, TakeBackAsync).RequireAntiforgery();
        admin.MapPost(ModerationRoutes.AdminPolicyReload, ReloadAsync).RequireAntiforgery();
        admin.MapGet(ModerationRoutes.AdminPictures + "/{sha256}", Picture);
    }

    private static async Task<RedirectHttpResult> AppealAsync(HttpContext http, [FromForm] string? refusal, [FromForm] string? text, RefusalBook book)
    {
        var taken = text is { Length: <= Refusal.TextLength } && RandomId.IsValid(refusal) && await book.AppealAsync(http.User.UserId(), refusal!, text, http.RequestAborted); // Valid is not null.
        return TypedResults.LocalRedirect($"{ModerationRoutes.Refusals}?notice={(taken ? "appealed" : "missing")}{(taken ? "#" + refusal : "")}");
    }

    private static async Task<RedirectHttpResult> ActAsync(HttpContext http, [FromForm] ReportKind kind, [FromForm] string? target, [FromForm] string? part, [FromForm] ReportVerb verb, ReportDesk desk)
    {
        var done = RandomId.IsValid(target) && Enum.IsDefined(kind) && Enum.IsDefined(verb) && await desk.ActAsync(http.User.UserId(), kind, target!, part ?? "", verb, http.RequestAborted); // Valid is not null.
        return TypedResults.LocalRedirect($"{ModerationRoutes.AdminReports}?notice={(done ? verb : "missing")}");
    }

    private static async Task<RedirectHttpResult> ShowAsync(HttpContext http, [FromForm] string? picture, ReportDesk desk)
    {
        var done = FileBlobs.IsName(picture) && await desk.ShowAgainAsync(http.User.UserId(), picture!, http.RequestAborted); // A name is not null.
        return TypedResults.LocalRedirect($"{ModerationRoutes.AdminReports}?notice={(done ? "ShownAgain" : "missing")}");
    }

    private static async Task<RedirectHttpResult> AnswerAsync(HttpContext http, [FromForm] string? refusal, [FromForm] string? text, [FromForm] bool allow, [FromForm] string? all, RefusalBook book)
    {
        var done = text is null or { Length: <= Refusal.TextLength } && RandomId.IsValid(refusal)
            && await book.AnswerAsync(http.User.UserId(), refusal!, allow, text ?? "", http.RequestAborted) == RefusalAnswer.Done; // Valid is not null.
        return TypedResults.LocalRedirect($"{ModerationRoutes.AdminRefusals}?notice={(!done ? "missing" : allow ? "allowed" : "upheld")}{(all is null ? "" : "&all=1")}");
    }

    private static async Task<RedirectHttpResult> AddAsync(HttpContext http, [FromForm] string? category, [FromForm] string? line, PolicyDesk desk)
    {
        var problem = await desk.AddAsync(http.User.UserId(), category ?? "", line ?? "", http.RequestAborted);
        return TypedResults.LocalRedirect($"{ModerationRoutes.AdminPolicy}?notice={problem ?? "Added"}");
    }

    private static async Task<RedirectHttpResult> TakeBackAsync(HttpContext http, [FromForm] string? term, PolicyDesk desk)
    {
        await desk.TakeBackAsync(http.User.UserId(), term ?? "", http.RequestAborted);
        return TypedResults.LocalRedirect(ModerationRoutes.AdminPolicy + "?notice=TakenBack");
    }

    private static async Task<RedirectHttpResult> ReloadAsync(HttpContext http, PromptPolicy policy, WriteTransactions writes, AuditLog audit)
    {
        await writes.RunAsync(
            (db, _) =>
            {
                audit.Add(db, http.User.UserId(), "policy.reload", "policy:files", details: null);
                return Task.CompletedTask;
            },
            http.RequestAborted);
        await policy.ReloadAsync(http.RequestAborted);
        return TypedResults.LocalRedirect(ModerationRoutes.AdminPolicy + "?notice=Reloaded");
    }

    // The bytes as they are stored: what is hidden has no other address, and inputs of jobs never had one.
    private static Results<FileStreamHttpResult, NotFound> Picture(string sha256, HttpContext http, FileBlobs blobs)
    {
        if (!FileBlobs.IsName(sha256) || blobs.Open(sha256) is not { } file)
            return TypedResults.NotFound();
        Span<byte> head = stackalloc byte[4];
        var type = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length ? null
            : head.SequenceEqual("RIFF"u8) ? "image/webp"
            : head[0] == 0x89 ? "image/png" : null;
        file.Position = 0;
        if (type is null)
        {
            file.Dispose();
            return TypedResults.NotFound();
        }

        http.Response.Headers.CacheControl = "private, no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Stream(file, type);
    }
}
