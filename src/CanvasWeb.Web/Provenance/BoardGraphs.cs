using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Tiles;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Provenance;

/// <summary>
/// Draws up the history of a board: the pictures that lie on it, those that were taken, and those that they were made from. Candidates that nobody
/// took are left out: three of four would be.
/// </summary>
internal sealed class BoardGraphs(IDbContextFactory<AppDbContext> contexts, BoardAccess access, BoardHost boards, ProvenanceService provenance)
{
    /// <summary>Pictures in one graph: more are no picture any more. The latest count.</summary>
    public const int MaxNodes = 200;

    // Jobs that are looked through for them.
    private const int MaxJobs = 1_000;

    /// <summary>Empty for who may not see the board.</summary>
    public async Task<BoardGraph> OfAsync(string userId, string boardId, CancellationToken cancellationToken)
    {
        if (await access.RoleAsync(boardId, userId, cancellationToken) is null)
            return new([], [], 0);

        // 1. What lies there, and what was taken or made into something.
        var state = await boards.StateAsync(boardId, cancellationToken);
        var lying = state.Nodes.Values.OfType<TileNode>().Where(node => state.IsLive(node.Id)).ToList();
        var shown = lying.ToLookup(static node => node.Content.Sha256, static node => node.Id.Value, StringComparer.Ordinal);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var jobs = await db.Set<Job>().AsNoTracking().Where(job => job.BoardId == boardId && job.State == JobState.Succeeded).OrderByDescending(static job => job.CreatedAt).Select(static job => job.Id).Take(MaxJobs).ToListAsync(cancellationToken);
        var rows = await db.Set<JobResultRow>().AsNoTracking().Where(row => jobs.Contains(row.JobId)).Select(static row => new { row.JobId, row.Image, row.Sha256, row.Accepted }).ToListAsync(cancellationToken);
        var used = (await db.Set<JobIngredient>().AsNoTracking().Where(ingredient => jobs.Contains(ingredient.JobId) && ingredient.Role != IngredientRole.Context).Select(static ingredient => ingredient.Sha256).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var varied = (await db.Set<Job>().AsNoTracking().Where(job => job.BoardId == boardId && job.VariationOfJob != null).Select(static job => new { job.VariationOfJob, job.VariationOfImage }).ToListAsync(cancellationToken))
            .Select(static job => new ResultRef(job.VariationOfJob!, job.VariationOfImage ?? 0)).ToHashSet(); // filtered
        List<ResultRef> wanted =
        [
            .. rows.Where(row => row.Accepted || shown.Contains(row.Sha256) || used.Contains(row.Sha256) || varied.Contains(new(row.JobId, row.Image))).Select(static row => new ResultRef(row.JobId, row.Image)),
            .. lying.Select(static node => ProvenanceService.ResultOf(node.Content)).OfType<ResultRef>(), // Also of another board: this one may be a copy.
        ];
        var all = await provenance.OfAsync([.. wanted.Distinct()], cancellationToken);
        var records = (await provenance.ReadableAsync(userId, all.Values, cancellationToken)).DistinctBy(static record => record.How.Output.Sha256).OrderBy(static record => record.How.MadeAt).ThenBy(static record => record.How.Job, StringComparer.Ordinal).ThenBy(static record => record.How.Image).ToList();
        var more = Math.Max(0, records.Count - MaxNodes);
        records.RemoveRange(0, more);

        // 2. What was made from what.
        var bySha = records.ToDictionary(static record => record.How.Output.Sha256, StringComparer.Ordinal);
        var byResult = records.ToDictionary(static record => record.Result);
        var edges = records.SelectMany(record => EdgesOf(record, byResult)).Distinct().ToList();

        // 3. Photographs first: they are there before all that was made from them.
        List<string> uploads = [.. edges.Select(static edge => edge.From).Concat(lying.Select(static node => node.Content.Sha256)).Where(sha256 => !bySha.ContainsKey(sha256)).Distinct(StringComparer.Ordinal).Take(MaxNodes)];
        var known = uploads.Concat(bySha.Keys).ToHashSet(StringComparer.Ordinal);
        edges.RemoveAll(edge => !known.Contains(edge.From) || edge.From == edge.To);
        var places = GraphLayout.Place([.. uploads, .. records.Select(static record => record.How.Output.Sha256)], edges.ToLookup(static edge => edge.To, static edge => edge.From, StringComparer.Ordinal));
        var sizes = lying.DistinctBy(static node => node.Content.Sha256).ToDictionary(static node => node.Content.Sha256, static node => new PixelSize(node.Content.PixelWidth, node.Content.PixelHeight), StringComparer.Ordinal);
        IEnumerable<GraphNode> nodes =
        [
            .. uploads.Select(sha256 => Node(sha256, sizes.GetValueOrDefault(sha256), null)),
            .. records.Select(record => Node(record.How.Output.Sha256, new(record.How.Output.Width, record.How.Output.Height), record)),
        ];
        return new([.. nodes.OrderBy(static node => node.Column).ThenBy(static node => node.Row)], edges, more);

        GraphNode Node(string sha256, PixelSize size, ProvenanceRecord? record) => new(
            sha256, ThumbnailOf(sha256, size), size, record?.Result, record?.Settings, record?.Author ?? "", record?.How.MadeAt, [.. shown[sha256]], places[sha256].Column, places[sha256].Row);
    }

    /// <summary>Of about 256 pixels, for tiles that are drawn small. An unknown size takes the picture itself.</summary>
    public static string ThumbnailOf(string sha256, PixelSize size)
    {
        var level = size.Width == 0 ? 0 : TilePyramid.LevelFor(TilePyramid.Levels(size).Count, 256.0 / Math.Max(size.Width, size.Height));
        return FormattableString.Invariant($"/tiles/{sha256}/{level}.webp");
    }

    private static IEnumerable<GraphEdge> EdgesOf(ProvenanceRecord record, Dictionary<ResultRef, ProvenanceRecord> known)
    {
        var to = record.How.Output.Sha256;
        if (record.VariationOf is { } source && known.TryGetValue(source, out var original))
            yield return new(original.How.Output.Sha256, to, GraphEdgeKind.Varied);
        foreach (var ingredient in record.How.Ingredients)
        {
            GraphEdgeKind? kind = ingredient.Role switch
            {
                IngredientRole.Under => record.Task == FrameTask.Outpaint ? GraphEdgeKind.Extended : GraphEdgeKind.Edited,
                IngredientRole.Varied => record.VariationOf is null ? GraphEdgeKind.Varied : null,
                IngredientRole.Blended => GraphEdgeKind.Blended,
                IngredientRole.Reworded => GraphEdgeKind.Reworded,
                IngredientRole.Enlarged => GraphEdgeKind.Enlarged,
                _ => null,
            };
            if (kind is { } made)
                yield return new(ingredient.Sha256, to, made);
        }
    }
}
