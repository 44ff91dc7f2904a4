using System.Globalization;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Admin.Users;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Galleries;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Moderation.Pictures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Moderation.Reports;

/// <summary>The admins' side of the reports: what waits, and what is done about it. Every deed is in the audit log.</summary>
internal sealed class ReportDesk(
    IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, AuditLog audit, HiddenPictures hidden, GalleryService galleries, GalleryLinks links, UserAdmin users, JobNews news, IOptions<ModerationOptions> options, TimeProvider time)
{
    // Reports that are read for a page; more of one thing change nothing about it.
    private const int MostReports = 2_000;

    // Of a gallery: enough to see what it is about.
    private const int FirstPictures = 8;

    /// <summary>Things that wait, counted once each.</summary>
    public async Task<int> WaitingAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Report>().Where(static report => report.State == ReportState.Open).Select(static report => new { report.Kind, report.TargetId, report.Part }).Distinct().CountAsync(cancellationToken);
    }

    /// <summary>What waits, that with the most reporters first, then the oldest.</summary>
    public async Task<IReadOnlyList<ReportedThing>> OpenAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var open = await db.Set<Report>().AsNoTracking().Where(static report => report.State == ReportState.Open).OrderBy(static report => report.CreatedAt).Take(MostReports).ToListAsync(cancellationToken);
        var things = open.GroupBy(static report => (report.Kind, report.TargetId, report.Part)).OrderByDescending(static thing => thing.Count()).ThenBy(static thing => thing.First().CreatedAt).Take(options.Value.PageSize).ToList();

        // Names and context, one question for each kind.
        var owners = things.Select(static thing => thing.First().OwnerId).Distinct().ToList();
        var names = await db.Set<AppUser>().Where(user => owners.Contains(user.Id)).ToDictionaryAsync(static user => user.Id, static user => user.DisplayName, StringComparer.Ordinal, cancellationToken);
        var jobIds = things.Where(static thing => thing.Key.Kind == ReportKind.Result).Select(static thing => thing.Key.TargetId).Distinct().ToList();
        var prompts = await db.Set<Job>().Where(job => jobIds.Contains(job.Id)).Select(static job => new { job.Id, job.Settings }).ToDictionaryAsync(static job => job.Id, static job => job.Settings.Prompt, StringComparer.Ordinal, cancellationToken);
        var galleryIds = things.Where(static thing => thing.Key.Kind != ReportKind.Result).Select(static thing => thing.Key.TargetId).Distinct().ToList();
        var found = await db.Set<Gallery>().AsNoTracking().Where(gallery => galleryIds.Contains(gallery.Id)).ToDictionaryAsync(static gallery => gallery.Id, StringComparer.Ordinal, cancellationToken);
        var pictures = await db.Set<Gallery>().Where(gallery => galleryIds.Contains(gallery.Id))
            .Select(gallery => new { gallery.Id, First = db.Set<GalleryItem>().Where(item => item.GalleryId == gallery.Id).OrderBy(static item => item.Position).Select(static item => item.Sha256).Take(FirstPictures).ToList() })
            .ToDictionaryAsync(static gallery => gallery.Id, static gallery => gallery.First, StringComparer.Ordinal, cancellationToken);
        var now = time.GetUtcNow();
        var hiddenNow = await hidden.ReadAsync(cancellationToken);
        return
        [
            .. things.Select(thing =>
            {
                var first = thing.First();
                var gallery = found.GetValueOrDefault(first.TargetId);
                return new ReportedThing(
                    first.Kind, first.TargetId, first.Part, first.OwnerId, names.GetValueOrDefault(first.OwnerId, ""), first.Sha256,
                    prompts.GetValueOrDefault(first.TargetId), gallery?.Title, first.Sha256 is { } sha256 && hiddenNow.Contains(sha256), [.. thing])
                {
                    Pictures = first.Kind == ReportKind.Gallery ? pictures.GetValueOrDefault(first.TargetId, []) : [],
                    Page = gallery?.IsOpenAt(now) == true && links.Unseal(gallery) is { } token ? GalleryLinks.PathOf(token) : null,
                };
            }),
        ];
    }

    /// <summary>Answers all open reports of a thing with one deed. Again finds nothing to answer, and is harmless.</summary>
    /// <returns>False: nothing of this kind is reported there, or the verb does not fit it.</returns>
    public async Task<bool> ActAsync(string adminId, ReportKind kind, string targetId, string part, ReportVerb verb, CancellationToken cancellationToken)
    {
        // The gallery's and the person's own verbs first: they have transactions of their own, and doing them twice is harmless.
        if (verb == ReportVerb.Revoke && !await RevokeAsync(adminId, kind, targetId, cancellationToken))
            return false;
        if (verb == ReportVerb.Suspend && !await SuspendAsync(adminId, kind, targetId, part, cancellationToken))
            return false;
        var (isDone, jobs) = await writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, $"reported:{targetId}:{part}", token);
                var reports = await db.Set<Report>().Where(report => report.Kind == kind && report.TargetId == targetId && report.Part == part && report.State == ReportState.Open).ToListAsync(token);
                if (reports.Count == 0)
                    return (false, (IReadOnlyList<string>)[]);
                var now = time.GetUtcNow();
                IReadOnlyList<string> changed = [];
                if (verb == ReportVerb.Hide)
                {
                    if (reports[0].Sha256 is not { } sha256)
                        return (false, []);
                    changed = await HideAsync(db, kind, targetId, part, sha256, now, token);
                }

                foreach (var report in reports)
                    report.Answer(StateOf(verb), adminId, now);
                audit.Add(
                    db, adminId, "report." + VerbName(verb), Subject(kind, targetId, part),
                    string.Create(CultureInfo.InvariantCulture, $"{reports.Count} reports ({string.Join(", ", reports.Select(static report => report.Reason).Distinct())}); user:{reports[0].OwnerId}"));
                return (true, changed);
            },
            cancellationToken);
        if (verb == ReportVerb.Hide && isDone)
            await hidden.ReadAsync(cancellationToken);
        foreach (var job in jobs)
            news.Changed(job);
        return isDone;
    }

    /// <summary>What is hidden, the latest first: by admins, and by the classifier.</summary>
    public async Task<IReadOnlyList<HiddenPicture>> HiddenAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<HiddenPicture>().AsNoTracking().OrderByDescending(static picture => picture.CreatedAt).ThenBy(static picture => picture.Sha256).Take(options.Value.PageSize).ToListAsync(cancellationToken);
    }

    /// <summary>Shows a hidden picture again, wherever it lies and whoever hid it. Again finds nothing hidden, and is harmless.</summary>
    /// <returns>False: it is not hidden.</returns>
    public async Task<bool> ShowAgainAsync(string adminId, string sha256, CancellationToken cancellationToken)
    {
        var shown = await writes.RunAsync(
            async (db, token) =>
            {
                if (!await db.Set<HiddenPicture>().AnyAsync(picture => picture.Sha256 == sha256, token))
                    return null;
                var changed = await HiddenPictures.ShowAsync(db, sha256, token);
                audit.Add(db, adminId, "picture.show", "picture:" + sha256, details: null);
                return changed;
            },
            cancellationToken);
        if (shown is null)
            return false;
        await hidden.ReadAsync(cancellationToken);
        foreach (var job in shown)
            news.Changed(job);
        return true;
    }

    private async Task<bool> RevokeAsync(string adminId, ReportKind kind, string galleryId, CancellationToken cancellationToken)
    {
        if (kind == ReportKind.Result)
            return false;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Gallery>().Where(gallery => gallery.Id == galleryId).Select(static gallery => gallery.OwnerId).FirstOrDefaultAsync(cancellationToken) is { } owner
            && await galleries.RevokeAsync(owner, galleryId, cancellationToken, adminId) == GalleryChange.Done;
    }

    private static Task<IReadOnlyList<string>> HideAsync(AppDbContext db, ReportKind kind, string targetId, string part, string sha256, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var image = kind == ReportKind.Result && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        return HiddenPictures.HideAsync(db, new() { Sha256 = sha256, Because = HiddenBecause.Admin, JobId = kind == ReportKind.Result ? targetId : null, Image = image, CreatedAt = now }, cancellationToken);
    }

    private async Task<bool> SuspendAsync(string adminId, ReportKind kind, string targetId, string part, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Report>().Where(report => report.Kind == kind && report.TargetId == targetId && report.Part == part && report.State == ReportState.Open)
                .Select(static report => report.OwnerId).FirstOrDefaultAsync(cancellationToken) is { } owner
            && await users.SuspendAsync(adminId, owner, string.Create(CultureInfo.InvariantCulture, $"Reported: {Subject(kind, targetId, part)}"), cancellationToken) == UserChange.Done;
    }

    private static string Subject(ReportKind kind, string targetId, string part) => kind switch
    {
        ReportKind.Result => $"job:{targetId}/{part}",
        ReportKind.Gallery => "gallery:" + targetId,
        ReportKind.GalleryItem => $"gallery:{targetId}/{part}",
    };

    private static ReportState StateOf(ReportVerb verb) => verb switch
    {
        ReportVerb.Dismiss => ReportState.Dismissed,
        ReportVerb.Hide => ReportState.Hidden,
        ReportVerb.Revoke => ReportState.Revoked,
        ReportVerb.Suspend => ReportState.Suspended,
    };

    private static string VerbName(ReportVerb verb) => verb switch
    {
        ReportVerb.Dismiss => "dismiss",
        ReportVerb.Hide => "hide",
        ReportVerb.Revoke => "revoke",
        ReportVerb.Suspend => "suspend",
    };
}
