using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Queue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CanvasWeb.Web.Admin.Limits;

internal static class LimitEndpoints
{
    /// <summary>The field that names a limit which goes back to its option, beside those that are named like the limits themselves.</summary>
    public const string Reset = "reset";

    /// <summary>Not the page's own address: that takes forms, too, and the two would be one too many.</summary>
    public const string Path = AdminRoutes.Limits + "/set";

    public static void Map(IEndpointRouteBuilder admin) => admin.MapPost(Path, SaveAsync);

    private static async Task<RedirectHttpResult> SaveAsync(HttpContext http, SiteLimits limits, WriteTransactions writes, AuditLog audit, JobNews news)
    {
        // 1. What is asked: one group's fields, or one of them back to its option. All of it is good, or nothing is done.
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        List<(SiteLimit Limit, string? Value)> wanted = [];
        if (SiteLimit.Find(form[Reset]) is { } back)
            wanted.Add((back, null));
        foreach (var limit in wanted.Count == 0 ? SiteLimit.All : [])
        {
            if (!form.TryGetValue(limit.Name, out var typed))
                continue;
            if (limit.Parse(typed[^1]) is not { } value) // A switch sends its "false" first, and after it "true" when it is on.
                return TypedResults.LocalRedirect($"{AdminRoutes.Limits}?notice=limit-bad&limit={limit.Name}");
            if (value != limits.ValueOf(limit))
                wanted.Add((limit, value));
        }

        // 2. All in one transaction.
        var changed = await writes.RunAsync(
            async (db, token) =>
            {
                var count = 0;
                foreach (var (limit, value) in wanted)
                {
                    var before = await limits.SetAsync(db, limit, value, token);
                    if (before == (value ?? limits.DefaultOf(limit)))
                        continue;
                    audit.Add(db, http.User.UserId(), "limit.set", "limit:" + limit.Name, $"{before} -> {value ?? limits.DefaultOf(limit) + " (by the settings)"}");
                    count++;
                }

                return count;
            },
            CancellationToken.None);

        // 3. At once here; workers may have been waiting for the end of the maintenance.
        await limits.RefreshAsync(CancellationToken.None);
        if (changed > 0)
            news.WorkCame();
        return TypedResults.LocalRedirect($"{AdminRoutes.Limits}?notice={(changed > 0 ? "limits-set" : "limits-same")}");
    }
}
