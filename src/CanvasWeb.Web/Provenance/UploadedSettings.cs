using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Tiles.Uploads;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Provenance;

/// <summary>The settings that came with uploaded files, for whoever may see the board that they were brought to.</summary>
internal sealed class UploadedSettings(IDbContextFactory<AppDbContext> contexts, BoardAccess access, ModelRegistry models)
{
    /// <summary>As far as the models here can follow them; null where the file had none.</summary>
    public async Task<FrameSettings?> OfAsync(string userId, string boardId, string sha256, CancellationToken cancellationToken)
    {
        if (await access.RoleAsync(boardId, userId, cancellationToken) is null)
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.Set<Upload>().AsNoTracking()
            .Where(upload => upload.BoardId == boardId && upload.Sha256 == sha256 && upload.Settings != null)
            .OrderByDescending(static upload => upload.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        return found?.Settings is { } settings ? Fit(settings) : null;
    }

    // What another model knew and this one does not would only be refused: the prompt and the seed are what matters.
    private FrameSettings Fit(FrameSettings settings)
    {
        var named = models.Find(settings.Model);
        if ((named ?? models.Find(null)) is not { } model)
            return settings with { Model = null, Scheduler = null, Steps = null, Guidance = null };
        return settings with
        {
            Model = named?.Name,
            Steps = settings.Steps > model.MaxSteps ? null : settings.Steps,
            Guidance = settings.Guidance > model.MaxGuidance ? null : settings.Guidance,
            Scheduler = settings.Scheduler is { } scheduler && model.Schedulers.Contains(scheduler, StringComparer.Ordinal) ? scheduler : null,
        };
    }
}
