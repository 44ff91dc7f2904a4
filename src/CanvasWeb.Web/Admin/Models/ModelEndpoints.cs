using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Models;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Admin.Models;

internal static class ModelEndpoints
{
    public const string Change = AdminRoutes.Models + "/change";
    public const string Default = AdminRoutes.Models + "/default";

    /// <summary>Percent: a model may be free, and a hundred times as dear.</summary>
    public const int MostPercent = 10_000;

    public const int TitleLength = 80;

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapPost(Change, ChangeAsync);
        admin.MapPost(Default, ChooseAsync);
    }

    private static async Task<RedirectHttpResult> ChangeAsync(
        HttpContext http, [FromForm] string? model, [FromForm] string? title, [FromForm] int? price, [FromForm] bool? on, WriteTransactions writes, ModelRegistry models, AuditLog audit)
    {
        var chosen = title?.Trim() is { Length: > 0 } words ? words : null;
        if (price is not (>= 0 and <= MostPercent) || chosen is { Length: > TitleLength } || chosen?.Any(char.IsControl) == true)
            return Back("model-bad");
        var found = await writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, ModelRegistry.Lock, token);
                if (await db.Set<ModelRow>().FirstOrDefaultAsync(row => row.Name == model, token) is not { } row)
                    return false;
                var before = Words(row);
                (row.ChosenTitle, row.PricePercent, row.IsOff) = (chosen, price.Value, on != true);
                if (Words(row) is var after && after != before)
                    audit.Add(db, http.User.UserId(), "model.change", "model:" + row.Name, $"{before} -> {after}");
                return true;
            },
            CancellationToken.None);
        await models.RefreshAsync(CancellationToken.None);
        return Back(found ? "model-changed" : "model-missing");
    }

    private static async Task<RedirectHttpResult> ChooseAsync(HttpContext http, [FromForm] string? model, WriteTransactions writes, SiteLimits limits, ModelRegistry models, AuditLog audit)
    {
        if (models.Find(model ?? "") is not { } known)
            return Back("model-missing");
        await writes.RunAsync(
            async (db, token) =>
            {
                var limit = SiteLimit.Find(SiteLimit.DefaultModel)!; // It is one of ours.
                var before = await limits.SetAsync(db, limit, known.Name, token);
                if (before != known.Name)
                    audit.Add(db, http.User.UserId(), "limit.set", "limit:" + limit.Name, $"{before} -> {known.Name}");
            },
            CancellationToken.None);
        await limits.RefreshAsync(CancellationToken.None);
        return Back("model-changed");
    }

    private static string Words(ModelRow row) => FormattableString.Invariant($"{(row.IsOff ? "off" : "on")}, {row.PricePercent} %, title {row.ChosenTitle ?? "its own"}");

    private static RedirectHttpResult Back(string notice) => TypedResults.LocalRedirect($"{AdminRoutes.Models}?notice={notice}");
}
