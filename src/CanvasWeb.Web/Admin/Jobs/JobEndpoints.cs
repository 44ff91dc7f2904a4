using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Accounts.SignIn;
using CanvasWeb.Web.Generation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace CanvasWeb.Web.Admin.Jobs;

internal static class JobEndpoints
{
    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapPost(AdminRoutes.Jobs + "/{id}/cancel", static async (string id, [FromForm] string? back, HttpContext http, JobAdmin jobs) =>
            Back(back, await jobs.CancelAsync(http.User.UserId(), id, CancellationToken.None) ? "job-canceled" : "job-not-open"));
        admin.MapPost(AdminRoutes.Jobs + "/{id}/requeue", static async (string id, [FromForm] string? back, HttpContext http, JobAdmin jobs) =>
            Back(back, await jobs.RequeueAsync(http.User.UserId(), id, CancellationToken.None) switch
            {
                GenerationOutcome.Accepted => "job-requeued",
                GenerationOutcome.Refused { Refusal.Code: GenerationRefusalCodes.NotEnoughCredits } => "job-too-dear",
                GenerationOutcome.Refused => "job-refused",
                _ => "job-not-poisoned",
            }));
    }

    // To the list as it was filtered, or the person's page.
    private static RedirectHttpResult Back(string? back, string notice)
    {
        var page = ReturnUrls.Local(back) is var local && local.StartsWith(AdminRoutes.Home, StringComparison.Ordinal) ? local : AdminRoutes.Jobs;
        return TypedResults.LocalRedirect(QueryHelpers.AddQueryString(page, "notice", notice));
    }
}
