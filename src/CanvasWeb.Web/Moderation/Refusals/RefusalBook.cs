using System.Globalization;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Moderation.Pictures;
using CanvasWeb.Web.Shell.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Moderation.Refusals;

/// <summary>Refusals as people and admins deal with them: read, appeal, answer.</summary>
internal sealed class RefusalBook(
    IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, AuditLog audit, HiddenPictures hidden, JobNews news, UserEvents events, IOptions<ModerationOptions> options, TimeProvider time)
{
    /// <summary>A person's own, the newest first.</summary>
    public async Task<IReadOnlyList<Refusal>> OfAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Refusal>().AsNoTracking().Where(refusal => refusal.UserId == userId)
            .OrderByDescending(static refusal => refusal.CreatedAt).Take(options.Value.PageSize).ToListAsync(cancellationToken);
    }

    /// <summary>Answers that a person has not seen.</summary>
    public async Task<int> NewsOfAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Refusal>().CountAsync(refusal => refusal.UserId == userId && refusal.AnsweredAt != null && !refusal.AnswerSeen, cancellationToken);
    }

    /// <summary>The person has been shown the answers.</summary>
    public Task SeenAsync(string userId, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            foreach (var refusal in await db.Set<Refusal>().Where(refusal => refusal.UserId == userId && refusal.AnsweredAt != null && !refusal.AnswerSeen).ToListAsync(token))
                refusal.SeeAnswer();
        },
        cancellationToken);

    /// <summary>Asks for a second look. Again is harmless.</summary>
    /// <returns>False: no such refusal of theirs, or it was answered.</returns>
    public Task<bool> AppealAsync(string userId, string refusalId, string text, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            await WriteTransactions.LockAsync(db, "refusals:" + userId, token);
            return await db.Set<Refusal>().FirstOrDefaultAsync(refusal => refusal.Id == refusalId && refusal.UserId == userId, token) is { } refusal
                && (refusal.Appeal(text.Trim(), time.GetUtcNow()) || refusal.State == RefusalState.Appealed);
        },
        cancellationToken);

    /// <summary>Appeals that wait for an admin.</summary>
    public async Task<int> WaitingAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Refusal>().CountAsync(static refusal => refusal.State == RefusalState.Appealed, cancellationToken);
    }

    /// <summary>For admins: appeals, those that wait longest first; or the latest of all.</summary>
    public async Task<IReadOnlyList<(Refusal Refusal, string Person)>> ForAdminAsync(bool all, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var refusals = db.Set<Refusal>().AsNoTracking();
        var page = await (all
            ? refusals.OrderByDescending(static refusal => refusal.CreatedAt)
            : refusals.Where(static refusal => refusal.State == RefusalState.Appealed).OrderBy(static refusal => refusal.AppealedAt)).Take(options.Value.PageSize).ToListAsync(cancellationToken);
        var people = page.Select(static refusal => refusal.UserId).Distinct().ToList();
        var names = await db.Set<AppUser>().Where(user => people.Contains(user.Id)).ToDictionaryAsync(static user => user.Id, static user => user.DisplayName, StringComparer.Ordinal, cancellationToken);
        return [.. page.Select(refusal => (refusal, names.GetValueOrDefault(refusal.UserId, "")))];
    }

    /// <summary>An admin's word: the prompt is allowed to this person, or the picture is shown; or it stays refused. The person is told.</summary>
    public async Task<RefusalAnswer> AnswerAsync(string adminId, string refusalId, bool allow, string answer, CancellationToken cancellationToken)
    {
        var answered = await writes.RunAsync(
            async (db, token) =>
            {
                if (await db.Set<Refusal>().AsNoTracking().Where(refusal => refusal.Id == refusalId).Select(static refusal => refusal.UserId).FirstOrDefaultAsync(token) is not { } userId)
                    return null;
                await WriteTransactions.LockAsync(db, "refusals:" + userId, token);
                if (await db.Set<Refusal>().FirstOrDefaultAsync(refusal => refusal.Id == refusalId, token) is not { } refusal)
                    return null;
                var now = time.GetUtcNow();
                refusal.Decide(allow, adminId, answer.Trim(), now);
                IReadOnlyList<string> jobs = [];
                if (refusal is { Kind: RefusalKind.Result, JobId: { } jobId, Image: { } image, Sha256: { } sha256 })
                {
                    // Credits stay as they are: what an admin gives back late is a gift.
                    jobs = allow
                        ? await HiddenPictures.ShowAsync(db, sha256, token)
                        : await HiddenPictures.HideAsync(db, new() { Sha256 = sha256, Because = HiddenBecause.Admin, JobId = jobId, Image = image, CreatedAt = now }, token);
                }

                audit.Add(db, adminId, allow ? "refusal.allow" : "refusal.uphold", "refusal:" + refusal.Id, string.Create(CultureInfo.InvariantCulture, $"{refusal.Kind} {refusal.Category} of user:{refusal.UserId}"));
                return ((string UserId, IReadOnlyList<string> Jobs)?)(refusal.UserId, jobs);
            },
            cancellationToken);
        if (answered is not { } told)
            return RefusalAnswer.Missing;
        await hidden.ReadAsync(cancellationToken);
        foreach (var job in told.Jobs)
            news.Changed(job);
        events.Publish(told.UserId, UserEvent.AppealAnswered);
        return RefusalAnswer.Done;
    }

    /// <summary>When a person deletes the account: their prompts go; reports of others' things stay without the name.</summary>
    public static AccountErasure Erasure() => new(
        static (_, _) => Task.CompletedTask,
        static async (db, userId, cancellationToken) =>
        {
            await db.Set<Refusal>().Where(refusal => refusal.UserId == userId).ExecuteDeleteAsync(cancellationToken);
            await db.Set<Reports.Report>().Where(report => report.ReporterId == userId)
                .ExecuteUpdateAsync(static set => set.SetProperty(static report => report.ReporterId, (string?)null).SetProperty(static report => report.ReporterKey, static report => report.Id), cancellationToken);
        });
}
