using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Generation;

/// <summary>Who may do something with a job: whoever may on its board. A job without a board is its person's alone.</summary>
internal sealed class JobAccess(IDbContextFactory<AppDbContext> contexts, BoardAccess access)
{
    public static GenerationRefusal OnlyLooking { get; } = new(GenerationRefusalCodes.Forbidden, "You can look at this board but not make pictures on it. Ask its owner to let you edit.");

    public async Task<bool> MayAsync(string userId, BoardRole least, string jobId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var job = await db.Set<Job>().Where(job => job.Id == jobId).Select(static job => new { job.BoardId, job.UserId }).FirstOrDefaultAsync(cancellationToken);
        return job is not null && (job.BoardId.Length == 0 ? job.UserId == userId : await access.RoleAsync(job.BoardId, userId, cancellationToken) >= least);
    }
}
