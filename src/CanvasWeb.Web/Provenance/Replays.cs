using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Tiles.Drawing;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Provenance;

/// <summary>Pictures that were made again: did they come out the same? Asked for by <see cref="JobOrders.ReplayAsync"/>; compared when somebody looks.</summary>
internal sealed class Replays(IDbContextFactory<AppDbContext> contexts, ProvenanceService provenance, RunningJobs running, TilePixels pixels, PixelBudget budget)
{
    // Two decoded pictures.
    private const int BytesPerPixel = 8;

    /// <summary>The last time that this person had the picture made again; null for never, and where they may not see it.</summary>
    public async Task<ReplayView?> LatestAsync(string userId, ResultRef source, CancellationToken cancellationToken)
    {
        if (await provenance.OfAsync(userId, source, cancellationToken) is not { } record)
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var job = await db.Set<Job>().AsNoTracking()
            .Where(job => job.UserId == userId && job.ReplayOfJob == source.Job && job.ReplayOfImage == source.Image)
            .OrderByDescending(static job => job.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        return job is null ? null : await ViewAsync(record, job, cancellationToken);
    }

    private async Task<ReplayView> ViewAsync(ProvenanceRecord record, Job job, CancellationToken cancellationToken)
    {
        var made = job.State == JobState.Succeeded ? await provenance.OfAsync(new ResultRef(job.Id, 0), cancellationToken) : null;
        var progress = running.Find(job.Id);
        var (likeness, difference) = made is null ? (null, null) : await CompareAsync(record.How, made.How, cancellationToken);
        return new(
            job.Id,
            job.State == JobState.Poisoned ? JobState.Failed : job.State,
            progress?.StepsDone ?? job.StepsDone,
            progress?.StepsTotal ?? job.StepsTotal,
            likeness,
            difference,
            made is not null && made.How.ModelHash != record.How.ModelHash,
            made is not null && !IsSameMachine(record.How.Maker, made.How.Maker),
            job.ErrorMessage,
            job.CreatedAt);
    }

    private async Task<(Likeness? Likeness, PictureDifference? Difference)> CompareAsync(JobRecord before, JobRecord now, CancellationToken cancellationToken)
    {
        // Stored files are the same where the pixels are: one encoder made both. Only what differs is decoded.
        if (before.Output.Sha256 == now.Output.Sha256 || (before.Output.PixelsSha256 is { } hash && hash == now.Output.PixelsSha256))
            return (Likeness.Identical, null);
        using var share = await budget.TakeAsync(((long)before.Output.Width * before.Output.Height + ((long)now.Output.Width * now.Output.Height)) * BytesPerPixel, cancellationToken);
        if (await pixels.LevelAsync(before.Output.Sha256, 0, cancellationToken) is not { } a || await pixels.LevelAsync(now.Output.Sha256, 0, cancellationToken) is not { } b)
            return (Likeness.Different, null);
        var difference = PictureDifference.Between(a, b);
        return (difference?.Likeness ?? Likeness.Different, difference);
    }

    private static bool IsSameMachine(MakerNote? before, MakerNote? now) =>
        before is not null && now is not null && before.CpuClass == now.CpuClass && before.Runtime == now.Runtime && before.Provider == now.Provider;
}
