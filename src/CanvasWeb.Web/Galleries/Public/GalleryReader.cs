using CanvasWeb.Contracts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Moderation.Pictures;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>What guests read. Whoever asks has opened the gallery by <see cref="GalleryAccess"/>.</summary>
internal sealed class GalleryReader(IDbContextFactory<AppDbContext> contexts)
{
    /// <param name="first">How many to leave out.</param>
    public async Task<(IReadOnlyList<GalleryItem> Items, int Total)> ItemsAsync(Gallery gallery, int first, int most, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var all = Shown(db, gallery.Id);
        var total = await all.CountAsync(cancellationToken);
        var items = await all.OrderBy(static item => item.Position).ThenBy(static item => item.Id).Skip(first).Take(most).ToListAsync(cancellationToken);
        return (items, total);
    }

    /// <summary>The pictures that were hung last, the newest first.</summary>
    public async Task<IReadOnlyList<GalleryItem>> NewestAsync(Gallery gallery, int most, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Shown(db, gallery.Id).OrderByDescending(static item => item.AddedAt).ThenBy(static item => item.Position).Take(most).ToListAsync(cancellationToken);
    }

    public async Task<GalleryItem?> FindAsync(Gallery gallery, string itemId, CancellationToken cancellationToken)
    {
        if (!RandomId.IsValid(itemId))
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Shown(db, gallery.Id).FirstOrDefaultAsync(item => item.Id == itemId, cancellationToken);
    }

    /// <summary>The picture that stands for the gallery; null while there is none.</summary>
    public async Task<GalleryItem?> CoverAsync(Gallery gallery, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Shown(db, gallery.Id).OrderByDescending(item => item.Id == gallery.CoverId).ThenBy(static item => item.Position).ThenBy(static item => item.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Where a picture hangs: from 1, of how many, between which.</summary>
    public async Task<GalleryPlace> PlaceAsync(GalleryItem item, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var all = await Shown(db, item.GalleryId).OrderBy(static other => other.Position).ThenBy(static other => other.Id).Select(static other => other.Id).ToListAsync(cancellationToken);
        var at = all.IndexOf(item.Id);
        return new(at + 1, all.Count, at > 0 ? all[at - 1] : null, at >= 0 && at + 1 < all.Count ? all[at + 1] : null);
    }

    /// <summary>How a picture was made, as far as its gallery tells and the job is still there. Null: nothing is told.</summary>
    public async Task<GalleryProcess?> ProcessAsync(Gallery gallery, GalleryItem item, CancellationToken cancellationToken) =>
        gallery.ShowProcess ? await MakingAsync(gallery, item, cancellationToken) : null;

    /// <summary>The same for what a downloaded file says, which its owner decides apart from the page.</summary>
    public async Task<GalleryProcess?> MakingAsync(Gallery gallery, GalleryItem item, CancellationToken cancellationToken)
    {
        if (item.JobId is null)
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
            from job in db.Set<Job>().AsNoTracking()
            where job.Id == item.JobId
            join row in db.Set<JobResultRow>().AsNoTracking() on new { JobId = job.Id, Image = item.Image ?? 0 } equals new { row.JobId, row.Image }
            select new
            {
                Job = job,
                Row = row,

                // What an admin has hidden is not to be seen beneath the edit that was made over it either.
                IsOverHidden = db.Set<HiddenPicture>().Any(hidden => hidden.Sha256 == job.CropSha256
                    || db.Set<JobIngredient>().Any(ingredient => ingredient.JobId == job.Id && ingredient.Sha256 == hidden.Sha256)),
            }).FirstOrDefaultAsync(cancellationToken);
        if (found is null)
            return null;
        var settings = found.Job.Settings;
        // What it was before, and how it came out of the noise, is of one tile and not of a picture that several became.
        var isAlone = found.Row.Sha256 == item.Sha256;

        // The words are their writer's: on a shared board the one who shows a picture may be another than the one who asked for it, and whoever
        // asked for more like it asked with the words of somebody else.
        var isOwn = gallery.ShowPrompts && found.Job.PromptWriter == gallery.OwnerId;

        // The previews of an edit are of all that the model saw: neighbours, which nobody has put into this gallery, and too small to be cut well.
        var hasFilm = isAlone && found.Job.Task is JobTask.TextToImage or JobTask.Variation or JobTask.Interpolation or JobTask.TextDiff;
        return new(
            isOwn,
            isOwn && settings.Prompt.Length != 0 ? settings.Prompt : null,
            isOwn && settings.NegativePrompt.Length != 0 ? settings.NegativePrompt : null,
            found.Job.Model,
            settings.Seed,
            found.Job.FirstImage + found.Row.Image,
            settings.Steps,
            settings.Guidance,
            settings.Scheduler,
            found.Job.FinishedAt ?? found.Job.CreatedAt,
            found.Job.Task,
            found.Job.Plan,
            found.Row.Placement,
            !isAlone,
            isAlone && found.Job.Task == JobTask.Inpaint && !found.IsOverHidden ? found.Job.CropSha256 : null,
            hasFilm ? found.Row.FilmSha256 : null,
            hasFilm ? found.Row.FilmFrames : 0);
    }

    // What an admin has hidden is not there for anybody; it comes back where it was when it is shown again.
    private static IQueryable<GalleryItem> Shown(AppDbContext db, string galleryId) =>
        db.Set<GalleryItem>().AsNoTracking().Where(item => item.GalleryId == galleryId && !db.Set<HiddenPicture>().Any(hidden => hidden.Sha256 == item.Sha256));
}
