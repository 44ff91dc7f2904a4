using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Credits.Page;

/// <summary>Looks up what the jobs on a statement were, for the person whose statement it is.</summary>
internal sealed class StatementJobs(IDbContextFactory<AppDbContext> contexts, BoardAccess access)
{
    private const int LongestPrompt = 80;

    public async Task<Dictionary<string, StatementJob>> OfAsync(string userId, Statement statement, CancellationToken cancellationToken)
    {
        var ids = statement.Lines.Where(static line => line.JobId is not null).Select(static line => line.JobId!).Distinct(StringComparer.Ordinal).ToList(); // Filtered just before.
        if (ids.Count == 0)
            return [];
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var jobs = await (
            from job in db.Set<Job>().AsNoTracking()
            where ids.Contains(job.Id) && job.UserId == userId
            join board in db.Set<Board>() on job.BoardId equals board.Id into boards
            from board in boards.DefaultIfEmpty()
            select new { job.Id, job.Count, job.Task, job.Settings, BoardId = board.DeletedAt == null ? board.Id : null, BoardName = board.Name }).ToListAsync(cancellationToken);

        // A board may have been taken from the person since: its name is then nobody's business here.
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var board in jobs.Select(static job => job.BoardId).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (await access.RoleAsync(board, userId, cancellationToken) is not null)
                open.Add(board);
        }

        return jobs.ToDictionary(
            static job => job.Id,
            job => job.BoardId is { } board && open.Contains(board) ? new StatementJob(job.Count, job.Task, Shorten(job.Settings.Prompt), board, job.BoardName) : new StatementJob(job.Count, job.Task, Shorten(job.Settings.Prompt), null, null),
            StringComparer.Ordinal);
    }

    private static string Shorten(string prompt) => prompt.Length <= LongestPrompt ? prompt : string.Concat(prompt.AsSpan(0, LongestPrompt), "…");
}
