using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Moderation.Pictures;
using CanvasWeb.Web.Moderation.Refusals;
using CanvasWeb.Web.Moderation.Reports;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Moderation;

/// <summary>Scores against the site's thresholds. Runs in the transactions of the queue: a picture is withheld and not paid for, or neither.</summary>
internal sealed class PictureJudge(HiddenPictures hidden, IDbContextFactory<AppDbContext> contexts, IOptions<PictureOptions> options)
{
    /// <summary>The category of a picture that came without scores where the site needs them.</summary>
    public const string Unscored = "unscored";

    /// <summary>The category of a picture that was hidden before and was made again.</summary>
    public const string Known = "hidden";

    /// <summary>Who reports what the site flags by itself.</summary>
    private static readonly Reporter s_self = new("classifier", null);

    private readonly PictureOptions _options = options.Value;

    public bool WantsScores => _options.AnyScores;

    /// <summary>Withholds or flags the results of a job that is about to succeed. <see cref="TellAsync"/> comes after the commit.</summary>
    /// <param name="rows">All of the job's.</param>
    /// <returns>How many are shown, and so paid for.</returns>
    public async Task<int> JudgeAsync(AppDbContext db, Job job, IReadOnlyList<JobResultRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // 1. Bytes that are hidden are shown to nobody, whatever the thresholds say today: nobody pays for them again.
        var made = rows.Select(static row => row.Sha256).ToList();
        var known = (await db.Set<HiddenPicture>().Where(picture => made.Contains(picture.Sha256)).Select(static picture => picture.Sha256).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        foreach (var row in rows.Where(row => known.Contains(row.Sha256)))
            Withhold(db, job, row, Known, "", now);

        // 2. The others by their scores.
        foreach (var row in rows)
        {
            if (row.WithheldAt is not null || _options.Results == PictureAction.Off || ClassOver(row.Scores) is not { } found)
                continue;
            if (_options.Results == PictureAction.Flag)
            {
                db.Add(Report.Of(ReportTarget.Result(job.Id, row.Image, job.UserId, row.Sha256), s_self, ReportReason.Classifier, $"{found.Class} {found.Score}", now));
                continue;
            }

            Withhold(db, job, row, found.Class, found.Score, now);
            await HiddenPictures.HideAsync(db, new() { Sha256 = row.Sha256, Because = HiddenBecause.Classifier, JobId = job.Id, Image = row.Image, CreatedAt = now }, cancellationToken);
        }

        return rows.Count(static row => row.WithheldAt is null);
    }

    /// <summary>Whether a job may be made of its inputs. The caller ends it where not, in the same transaction.</summary>
    public async Task<bool> MayStartAsync(AppDbContext db, Job job, InputScores inputs, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_options.Inputs == PictureAction.Off)
            return true;
        foreach (var (name, scores) in inputs.Scores)
        {
            if (ClassOver(scores) is not { } found)
                continue;
            var sha256 = name switch
            {
                JobInputs.Crop => job.CropSha256,
                JobInputs.Picture => job.PictureSha256,
                JobInputs.Other => job.OtherSha256,
                _ => null,
            };
            if (sha256 is null)
                continue; // Not an input of this job: a worker's word, and nothing to refuse.
            if (_options.Inputs == PictureAction.Flag)
            {
                // Once, however often its worker is lost.
                if (!await db.Set<Report>().AnyAsync(report => report.JobId == job.Id && report.ReporterKey == s_self.Key && report.Part == name, cancellationToken))
                    db.Add(Report.Of(new(ReportKind.Result, job.Id, name, job.UserId, null), s_self, ReportReason.Classifier, $"{found.Class} {found.Score}", now));
                continue;
            }

            // The same picture again is the same refusal, and an admin's word about it holds.
            var key = KeyOf(name, sha256);
            var known = await db.Set<Refusal>().FirstOrDefaultAsync(refusal => refusal.UserId == job.UserId && refusal.Kind == RefusalKind.Input && refusal.Key == key, cancellationToken);
            if (known is { State: RefusalState.Allowed })
                continue;
            if (known is null)
                db.Add(Refusal.OfPicture(RefusalKind.Input, job.UserId, job.BoardId, key, job.Id, null, sha256, job.Settings.Prompt, found.Class, found.Score, now));
            return false;
        }

        return true;
    }

    /// <summary>Whether a picture was refused to this person as one to start from, and no admin has allowed it since. Asks no classifier: what was never started from is not known.</summary>
    public async Task<bool> IsRefusedAsync(string userId, string sha256, CancellationToken cancellationToken)
    {
        if (_options.Inputs != PictureAction.Withhold)
            return false;
        string[] keys = [KeyOf(JobInputs.Picture, sha256), KeyOf(JobInputs.Other, sha256)];
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Refusal>().AnyAsync(refusal => refusal.UserId == userId && refusal.Kind == RefusalKind.Input && keys.Contains(refusal.Key) && refusal.State != RefusalState.Allowed, cancellationToken);
    }

    /// <summary>
    /// Whether a sketch may be shown to the person who asked for it, by the rules of a job's pictures. Nobody else sees it and nothing of it stays, so nothing
    /// is noted or flagged; what an admin has allowed to this person as a picture to start from holds here, too.
    /// </summary>
    /// <param name="inputs">What it was made of: hashes by <see cref="JobInputs"/>.</param>
    public async Task<bool> MayShowAsync(string userId, IReadOnlyDictionary<string, string> inputs, SketchAnswer sketch, CancellationToken cancellationToken)
    {
        if (_options.Results == PictureAction.Withhold && ClassOver(sketch.Scores) is not null)
            return false;
        if (_options.Inputs != PictureAction.Withhold)
            return true;
        var over = inputs.Where(input => ClassOver(sketch.Inputs?.GetValueOrDefault(input.Key)) is not null).Select(static input => KeyOf(input.Key, input.Value)).Distinct(StringComparer.Ordinal).ToList();
        if (over.Count == 0)
            return true;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return over.Count == await db.Set<Refusal>().CountAsync(refusal => refusal.UserId == userId && refusal.Kind == RefusalKind.Input && over.Contains(refusal.Key) && refusal.State == RefusalState.Allowed, cancellationToken);
    }

    /// <summary>After the commit of something that withheld.</summary>
    public Task TellAsync(CancellationToken cancellationToken) => hidden.ReadAsync(cancellationToken);

    /// <summary>The class that is furthest over its threshold, with its score in words; null where none is.</summary>
    internal (string Class, string Score)? ClassOver(PictureScores? scores)
    {
        if (scores is null)
            return _options.NeedScores ? (Unscored, "") : null;
        (string Class, double Score, double Threshold)[] classes = [("porn", scores.Porn, _options.Porn), ("hentai", scores.Hentai, _options.Hentai), ("sexy", scores.Sexy, _options.Sexy)];
        var over = classes.Where(static one => one.Score >= one.Threshold).OrderByDescending(static one => one.Score).FirstOrDefault();
        return over.Class is null ? null : (over.Class, over.Score.ToString("0.00", CultureInfo.InvariantCulture));
    }

    // Each has a refusal, so that its person can ask for a second look.
    private static void Withhold(AppDbContext db, Job job, JobResultRow row, string category, string score, DateTimeOffset now)
    {
        row.WithheldAt = now;
        db.Add(Refusal.OfPicture(
            RefusalKind.Result, job.UserId, job.BoardId, KeyOf(job.Id, row.Image.ToString(CultureInfo.InvariantCulture)), job.Id, row.Image, row.Sha256, job.Settings.Prompt, category, score, now));
    }

    private static string KeyOf(string first, string second) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(first + "/" + second)));
}
