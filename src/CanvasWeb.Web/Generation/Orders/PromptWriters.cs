using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Provenance;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Generation.Orders;

/// <summary>
/// Whose words the prompt of an operation is. People start from what the picture was made with, and whoever orders with the words of somebody else has
/// not made them their own: galleries show strangers what their owners wrote, and nothing else.
/// </summary>
internal sealed class PromptWriters(IDbContextFactory<AppDbContext> contexts)
{
    /// <param name="settings">With the words that are ordered.</param>
    /// <param name="tiles">What the operation starts from.</param>
    /// <returns>Null: the orderer's own. <see cref="Job.NobodysPrompt"/>: where it cannot be told whose each word is.</returns>
    public async Task<string?> OfAsync(string userId, FrameSettings settings, IReadOnlyCollection<TileContent> tiles, CancellationToken cancellationToken)
    {
        if (settings.Prompt.Length == 0 && settings.NegativePrompt.Length == 0)
            return null;
        string[] jobs = [.. tiles.Select(static tile => ProvenanceService.ResultOf(tile)?.Job).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (jobs.Length == 0)
            return null;

        // A tile says what it is of; what is said falsely only hides words.
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var sources = await db.Set<Job>().AsNoTracking().Where(job => jobs.Contains(job.Id)).ToListAsync(cancellationToken);
        if (sources.TrueForAll(job => job.PromptWriter == userId))
            return null;

        // The same words are their writer's. Others may be those words but for one, and are then nobody's: neither of the two wrote them all.
        return sources.Find(job => job.Settings.Prompt == settings.Prompt && (settings.NegativePrompt.Length == 0 || job.Settings.NegativePrompt == settings.NegativePrompt)) is { } same
            ? same.PromptWriter
            : Job.NobodysPrompt;
    }
}
