using System.IO.Compression;
using System.Net;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Moderation.Pictures;
using CanvasWeb.Web.Moderation.Reports;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tests.Security;
using Microsoft.EntityFrameworkCore;
using static CanvasWeb.Web.Tests.Security.Cast;

namespace CanvasWeb.Web.Tests.Moderation;

/// <summary>What admins do about reports, by the forms of their page, and what is left of the thing for everybody else.</summary>
public sealed class ReportDeskTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hidden_picture_is_nowhere_until_an_admin_shows_it_again_and_both_are_in_the_log()
    {
        await using var cast = await GatherAsync(server, withEdit: true);
        var result = $"/jobs/{cast.Edited}/results/0";
        var sha256 = await Sha256Async(cast, cast.Edited);
        string[] addresses = [result + "/record.zip", result + "/film.webp", $"/tiles/{sha256}/0.webp", cast.Fill("/g/{token}/p/{item}/before.webp", Caller.Anonymous)];
        await AnswerAsync(HttpStatusCode.OK);
        Assert.Equal(["crop.png", "new.png", "record.json", "result.webp"], await RecordAsync(cast, result));

        // 1. Reported and hidden: no address serves it, not to its owner either.
        await ReportAsync(cast, ReportTarget.Result(cast.Edited, 0, cast.IdOf(Caller.Owner), sha256));
        Assert.Equal("/admin/reports?notice=Hide", await ActAsync(cast, ReportKind.Result, cast.Edited, "0", ReportVerb.Hide));
        await AnswerAsync(HttpStatusCode.NotFound);
        Assert.Equal("/admin/reports?notice=missing", await ActAsync(cast, ReportKind.Result, cast.Edited, "0", ReportVerb.Hide));

        // 2. Shown again, once.
        Assert.Equal("/admin/reports?notice=ShownAgain", await ShowAsync());
        await AnswerAsync(HttpStatusCode.OK);
        Assert.Equal("/admin/reports?notice=missing", await ShowAsync());
        Assert.Equal(["picture.show", "report.hide"], await LogAsync(cast));

        // 3. What it was made from is hidden: the record names it and does not hold it.
        await using var db = await cast.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        var crop = (await db.Set<Job>().AsNoTracking().SingleAsync(job => job.Id == cast.Edited, Token)).CropSha256!; // An edit has one.
        await cast.Get<WriteTransactions>().RunAsync((write, token) => HiddenPictures.HideAsync(write, new() { Sha256 = crop, Because = HiddenBecause.Admin, CreatedAt = cast.Site.Time.GetUtcNow() }, token), Token);
        await cast.Get<HiddenPictures>().ReadAsync(Token);
        Assert.Equal(["new.png", "record.json", "result.webp"], await RecordAsync(cast, result));

        async Task<string?> ShowAsync() => (await cast.PostAsync(Caller.Admin, "/admin/reports/show", ("picture", sha256)))?.OriginalString;

        async Task AnswerAsync(HttpStatusCode expected)
        {
            foreach (var address in addresses)
                Assert.Equal((address, expected), (address, await cast.StatusAsync(Caller.Owner, address)));
        }
    }

    [Fact]
    public async Task Dismissed_changes_nothing_revoked_closes_the_gallery_and_suspended_stops_its_person()
    {
        await using var cast = await GatherAsync(server);
        var (owner, gallery) = (cast.IdOf(Caller.Owner), cast.Fill("{GalleryId}", Caller.Owner));
        var link = cast.Fill("/g/{token}", Caller.Anonymous);
        var target = ReportTarget.Gallery(gallery, owner);

        // 1. Nobody has reported it: there is nothing to answer. A gallery as a whole is no picture that could be hidden.
        Assert.Equal("/admin/reports?notice=missing", await ActAsync(cast, ReportKind.Gallery, gallery, "", ReportVerb.Dismiss));
        await ReportAsync(cast, target, Caller.Viewer);
        Assert.Equal("/admin/reports?notice=missing", await ActAsync(cast, ReportKind.Gallery, gallery, "", ReportVerb.Hide));

        // 2. Dismissed.
        Assert.Equal("/admin/reports?notice=Dismiss", await ActAsync(cast, ReportKind.Gallery, gallery, "", ReportVerb.Dismiss));
        Assert.Equal(HttpStatusCode.OK, await cast.StatusAsync(Caller.Anonymous, link));

        // 3. Revoked: gone for guests, and its owner still has an account.
        await ReportAsync(cast, target, Caller.Editor);
        Assert.Equal("/admin/reports?notice=Revoke", await ActAsync(cast, ReportKind.Gallery, gallery, "", ReportVerb.Revoke));
        Assert.Contains(await cast.StatusAsync(Caller.Anonymous, link), (HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.Gone]);
        Assert.Equal(HttpStatusCode.OK, await cast.StatusAsync(Caller.Owner, "/account"));

        // 4. Suspended.
        await ReportAsync(cast, target, Caller.Commenter);
        Assert.Equal("/admin/reports?notice=Suspend", await ActAsync(cast, ReportKind.Gallery, gallery, "", ReportVerb.Suspend));
        Assert.Equal(HttpStatusCode.Unauthorized, await cast.StatusAsync(Caller.Owner, "/account"));

        // 5. Each deed is in the log once, and each report has its answer.
        Assert.Equal(["report.dismiss", "report.revoke", "report.suspend"], await LogAsync(cast));
        await using var db = await cast.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        var admin = cast.IdOf(Caller.Admin);
        Assert.Equal(
            [(ReportState.Dismissed, admin), (ReportState.Revoked, admin), (ReportState.Suspended, admin)],
            (await db.Set<Report>().AsNoTracking().ToListAsync(Token)).OrderBy(static report => report.State).Select(static report => (report.State, report.AnsweredBy)));
    }

    private static async Task ReportAsync(Cast cast, ReportTarget target, Caller by = Caller.Viewer) =>
        Assert.Equal(ReportOutcome.Taken, await cast.Get<ReportQueue>().AddAsync(target, Reporter.OfUser(cast.IdOf(by)), ReportReason.Other, "", Token));

    private static async Task<string?> ActAsync(Cast cast, ReportKind kind, string target, string part, ReportVerb verb) =>
        (await cast.PostAsync(Caller.Admin, "/admin/reports/act", ("kind", kind.ToString()), ("target", target), ("part", part), ("verb", verb.ToString())))?.OriginalString;

    private static async Task<string> Sha256Async(Cast cast, string jobId)
    {
        await using var db = await cast.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        return (await db.Set<JobResultRow>().AsNoTracking().SingleAsync(row => row.JobId == jobId, Token)).Sha256;
    }

    // The names of what is in a record.
    private static async Task<IEnumerable<string>> RecordAsync(Cast cast, string result)
    {
        using var answer = await cast.SendAsync(Caller.Viewer, HttpMethod.Get, result + "/record.zip", content: null, withToken: false);
        await using var archive = new ZipArchive(await answer.Content.ReadAsStreamAsync(Token));
        return archive.Entries.Select(static entry => entry.FullName).Order(StringComparer.Ordinal).ToList();
    }

    private static async Task<List<string>> LogAsync(Cast cast)
    {
        await using var db = await cast.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        return await db.Set<AuditEntry>().Where(static entry => entry.Action.StartsWith("report.") || entry.Action.StartsWith("picture.")).Select(static entry => entry.Action).OrderBy(static action => action).ToListAsync(Token);
    }
}
