using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Moderation;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Generation.Workers;

/// <summary>A job in the worker's terms: pixels of the crop instead of world units.</summary>
internal sealed class LeaseWriter(IDbContextFactory<AppDbContext> contexts, PictureJudge judge)
{
    public async Task<JobLease> WriteAsync(Job job, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);

        // An inpainted picture lies where its worker said when it completed, which it did not come to: those are made again.
        var done = job.Task == JobTask.Inpaint
            ? []
            : await db.Set<JobResultRow>().Where(result => result.JobId == job.Id).OrderBy(static result => result.Image).Select(static result => result.Image).ToListAsync(cancellationToken);
        var settings = job.Settings;
        return new()
        {
            JobId = job.Id,
            Attempt = job.Attempt,
            Task = job.Task,
            Model = job.Model,
            Prompt = settings.Prompt,
            NegativePrompt = settings.NegativePrompt,
            Seed = (ulong)(settings.Seed ?? 0),
            FirstImage = job.FirstImage,
            Count = job.Count,
            Steps = settings.Steps,
            Guidance = settings.Guidance,
            Scheduler = settings.Scheduler,
            Strength = settings.Strength,
            Thetas = job.Operation?.Thetas,
            FromPrompt = job.Operation?.FromPrompt,
            Eta = job.Operation?.Eta,
            PriorSamples = settings.PriorSamples,
            CropWidth = job.Plan.CropPixels.Width,
            CropHeight = job.Plan.CropPixels.Height,
            ModelWidth = job.Plan.ModelSize.Width,
            ModelHeight = job.Plan.ModelSize.Height,
            Frame = Within(job.Plan, job.Plan.Frame.SnapOut()),
            Placement = Within(job.Plan, job.Plan.Placement),
            Feather = job.Plan.Feather,
            Inputs = [.. InputsOf(job).Select(static input => input.Name)],
            Done = done,
            Score = judge.WantsScores,
        };
    }

    /// <summary>The blob of an input; null if the job has none of that name.</summary>
    public static string? InputOf(Job job, string name) => InputsOf(job).FirstOrDefault(input => input.Name == name).Sha256;

    /// <summary>All inputs of a job with their blobs.</summary>
    public static IEnumerable<(string Name, string Sha256)> InputsOf(Job job)
    {
        if (job.CropSha256 is { } crop)
            yield return (JobInputs.Crop, crop);
        if (job.NewMaskSha256 is { } mask)
            yield return (JobInputs.New, mask);

        // Of an edit without a board it is what the result is laid onto, which the worker does not see.
        if (job.PictureSha256 is { } picture && job.Task != JobTask.Inpaint)
            yield return (JobInputs.Picture, picture);
        if (job.OtherSha256 is { } other)
            yield return (JobInputs.Other, other);
    }

    /// <summary>A part of the board in the crop's pixels.</summary>
    public static PixelArea Within(JobPlan plan, WorldRect rect)
    {
        var part = rect.Intersect(plan.Crop);
        return new((int)(part.X - plan.Crop.X), (int)(part.Y - plan.Crop.Y), (int)part.Width, (int)part.Height);
    }
}
