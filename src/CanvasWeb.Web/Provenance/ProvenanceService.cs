using CanvasWeb.Canvas.Document;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Workers;
using CanvasWeb.Web.Moderation;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Provenance;

/// <summary>Reads how pictures were made. What takes no user id asks nobody whether they may: its callers have.</summary>
internal sealed class ProvenanceService(IDbContextFactory<AppDbContext> contexts, BoardAccess access, HiddenPictures hidden)
{
    // SQLite takes 32,766 values in a statement; this many jobs are asked for at a time.
    private const int Chunk = 500;

    /// <summary>Of a result; null if there is none, its job has not succeeded, or nobody is shown it.</summary>
    public async Task<ProvenanceRecord?> OfAsync(ResultRef result, CancellationToken cancellationToken) =>
        (await OfAsync([result], cancellationToken)).GetValueOrDefault(result);

    /// <summary>Of a tile; null for uploads, and for tiles that only say to be of a job: whoever puts a tile on a board names its job.</summary>
    public async Task<ProvenanceRecord?> OfAsync(TileContent tile, CancellationToken cancellationToken) =>
        ResultOf(tile) is { } result && await OfAsync(result, cancellationToken) is { } record && record.How.Output.Sha256 == tile.Sha256 ? record : null;

    /// <summary>What a tile says to be; null for uploads.</summary>
    public static ResultRef? ResultOf(TileContent tile) => tile.Job is { Length: RandomId.Length } job ? new(job, tile.Image ?? 0) : null;

    /// <summary>For somebody who may see the board that it was made on, or whose own it is.</summary>
    public async Task<ProvenanceRecord?> OfAsync(string userId, ResultRef result, CancellationToken cancellationToken)
    {
        var record = await OfAsync(result, cancellationToken);
        return record is not null && await RoleAsync(userId, record, cancellationToken) is not null ? record : null;
    }

    /// <summary>What somebody is to the picture: their role on its board; without one, its owner or nobody.</summary>
    public async Task<BoardRole?> RoleAsync(string userId, ProvenanceRecord record, CancellationToken cancellationToken) =>
        record.BoardId.Length > 0 ? await access.RoleAsync(record.BoardId, userId, cancellationToken) : record.UserId == userId ? BoardRole.Owner : null;

    /// <summary>The records among these that somebody may read: a copied board shows pictures that were made on another one.</summary>
    public async Task<IReadOnlyList<ProvenanceRecord>> ReadableAsync(string userId, IEnumerable<ProvenanceRecord> records, CancellationToken cancellationToken)
    {
        var readable = new List<ProvenanceRecord>();
        foreach (var board in records.GroupBy(static record => record.BoardId, StringComparer.Ordinal))
        {
            if (board.Key.Length == 0)
                readable.AddRange(board.Where(record => record.UserId == userId));
            else if (await access.RoleAsync(board.Key, userId, cancellationToken) is not null)
                readable.AddRange(board);
        }

        return readable;
    }

    /// <summary>Of many results at once; those that are not there, or that nobody is shown (withheld, hidden), are left out: neither they nor their films and records go out by this way.</summary>
    public async Task<IReadOnlyDictionary<ResultRef, ProvenanceRecord>> OfAsync(IReadOnlyCollection<ResultRef> results, CancellationToken cancellationToken)
    {
        var found = new Dictionary<ResultRef, ProvenanceRecord>();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        foreach (var ids in results.Select(static result => result.Job).Distinct(StringComparer.Ordinal).Chunk(Chunk))
        {
            var jobs = await db.Set<Job>().AsNoTracking().Where(job => ids.Contains(job.Id) && job.State == JobState.Succeeded).ToDictionaryAsync(static job => job.Id, StringComparer.Ordinal, cancellationToken);
            var rows = await db.Set<JobResultRow>().AsNoTracking().Where(row => ids.Contains(row.JobId) && row.WithheldAt == null).ToListAsync(cancellationToken);
            var ingredients = (await db.Set<JobIngredient>().AsNoTracking().Where(ingredient => ids.Contains(ingredient.JobId)).OrderBy(static ingredient => ingredient.Position).ToListAsync(cancellationToken))
                .ToLookup(static ingredient => ingredient.JobId, static ingredient => ingredient.ToRecord(), StringComparer.Ordinal);
            var authors = jobs.Values.Select(static job => job.UserId).ToHashSet(StringComparer.Ordinal);
            var names = await db.Set<AppUser>().Where(user => authors.Contains(user.Id)).ToDictionaryAsync(static user => user.Id, static user => user.DisplayName, StringComparer.Ordinal, cancellationToken);
            foreach (var row in rows)
            {
                if (jobs.TryGetValue(row.JobId, out var job) && results.Contains(new(row.JobId, row.Image)) && !await hidden.ContainsAsync(row.Sha256, cancellationToken))
                    found[new(row.JobId, row.Image)] = RecordOf(job, row, [.. ingredients[job.Id]], names.GetValueOrDefault(job.UserId, ""));
            }
        }

        return found;
    }

    private static ProvenanceRecord RecordOf(Job job, JobResultRow row, IReadOnlyList<Ingredient> ingredients, string author)
    {
        var (plan, settings) = (job.Plan, job.Settings);
        var how = new JobRecord
        {
            Job = job.Id,
            Image = row.Image,
            MadeAt = job.FinishedAt ?? job.CreatedAt,
            Task = job.Task,
            Model = job.Model,
            ModelHash = row.Maker?.ModelHash ?? job.ModelHash,
            Prompt = settings.Prompt,
            NegativePrompt = settings.NegativePrompt,
            Seed = (ulong)(settings.Seed ?? 0),
            ImageIndex = job.FirstImage + row.Image,
            Steps = settings.Steps,
            Guidance = settings.Guidance,
            Scheduler = settings.Scheduler,
            Strength = settings.Strength,
            Theta = job.Operation?.Thetas is { } thetas && row.Image < thetas.Count ? thetas[row.Image] : null,
            FromPrompt = job.Operation?.FromPrompt,
            Eta = job.Operation?.Eta,
            PriorSamples = settings.PriorSamples,
            Softness = settings.Softness,
            CropWidth = plan.CropPixels.Width,
            CropHeight = plan.CropPixels.Height,
            ModelWidth = plan.ModelSize.Width,
            ModelHeight = plan.ModelSize.Height,
            Frame = LeaseWriter.Within(plan, plan.Frame.SnapOut()),
            Placement = LeaseWriter.Within(plan, plan.Placement),
            Feather = plan.Feather,
            Inputs = [.. LeaseWriter.InputsOf(job).Select(static input => new InputRecord(input.Name, input.Sha256))],
            Ingredients = ingredients,
            Output = new(row.Sha256, row.PixelWidth, row.PixelHeight, row.Maker?.PixelsSha256),
            Maker = row.Maker,
        };
        return new(
            how,
            job.BoardId,
            job.UserId,
            author,
            plan.Task,
            settings,
            job.VariationOfJob is { } source ? new(source, job.VariationOfImage ?? 0) : null,
            row.FilmSha256,
            row.FilmFrames,
            job.Count,
            job.Price)
        {
            Similarity = row.Similarity,
        };
    }
}
