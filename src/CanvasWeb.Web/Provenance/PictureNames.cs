using CanvasWeb.Contracts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Provenance;

/// <summary>
/// What pictures are called that no words made: by the pictures that they come from. Words of a source are told only where it was made on the same
/// board, or without one for the same person, so that a name tells nobody of prompts that they could not read anyway.
/// </summary>
internal sealed class PictureNames(IDbContextFactory<AppDbContext> contexts, IStringLocalizer<ProvenanceText> texts)
{
    // SQLite takes 32,766 values in a statement; this many jobs are asked for at a time.
    private const int Chunk = 500;

    // Characters of a source: two of them stand in one line.
    private const int LongestSource = 60;

    /// <summary>Names by job, of those that need one; all others are called by their prompt. Access is the caller's concern.</summary>
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(IEnumerable<string> jobs, CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        foreach (var ids in jobs.Distinct(StringComparer.Ordinal).Chunk(Chunk))
        {
            var named = (await ReadAsync(db, ids, cancellationToken)).Values.Where(static job => job.Task == JobTask.Upscale || (job.Prompt.Length == 0 && job.Task is JobTask.Interpolation or JobTask.Variation)).ToList();
            if (named.Count == 0)
                continue;
            string[] unnamed = [.. named.Select(static job => job.Id)];
            var ingredients = (await db.Set<JobIngredient>().AsNoTracking().Where(ingredient => unnamed.Contains(ingredient.JobId)).OrderBy(static ingredient => ingredient.Position).ToListAsync(cancellationToken))
                .ToLookup(static ingredient => ingredient.JobId, static ingredient => ingredient.SourceJob, StringComparer.Ordinal);
            var sources = await ReadAsync(db, [.. ingredients.SelectMany(static own => own).OfType<string>().Distinct(StringComparer.Ordinal)], cancellationToken);
            foreach (var job in named)
                names[job.Id] = NameOf(job, [.. ingredients[job.Id].Select(source => source is not null && sources.TryGetValue(source, out var found) ? WordsOf(found, job) : "")]);
        }

        return names;
    }

    private static async Task<Dictionary<string, NamedJob>> ReadAsync(AppDbContext db, string[] ids, CancellationToken cancellationToken) =>
        (await db.Set<Job>().AsNoTracking().Where(job => ids.Contains(job.Id)).Select(static job => new { job.Id, job.BoardId, job.UserId, job.Task, job.Settings }).ToListAsync(cancellationToken))
            .ToDictionary(static job => job.Id, static job => new NamedJob(job.Id, job.BoardId, job.UserId, job.Task, job.Settings.Prompt.Trim()), StringComparer.Ordinal);

    private static string WordsOf(NamedJob source, NamedJob job) =>
        source.BoardId != job.BoardId || (job.BoardId.Length == 0 && source.UserId != job.UserId) ? "" : source.Prompt;

    private string NameOf(NamedJob job, IReadOnlyList<string> sources) => job.Task switch
    {
        JobTask.Upscale => (job.Prompt.Length > 0 ? job.Prompt : sources.Count > 0 ? sources[0] : "") is { Length: > 0 } words ? texts["NameLarger", words] : texts["NameLargerPlain"],
        JobTask.Interpolation => sources.Count == 2 && sources.Any(static source => source.Length > 0) ? texts["NameBlend", Quoted(sources[0]), Quoted(sources[1])] : texts["NameBlendPlain"],
        _ => sources.Count > 0 && sources[0].Length > 0 ? texts["NameVariation", Quoted(sources[0])] : texts["NameVariationPlain"],
    };

    private string Quoted(string words) => words.Length == 0
        ? texts["NamePicture"]
        : texts["NameQuoted", words.Length <= LongestSource ? words : words[..(char.IsHighSurrogate(words[LongestSource - 2]) ? LongestSource - 2 : LongestSource - 1)] + "…"];

    private sealed record NamedJob(string Id, string BoardId, string UserId, JobTask Task, string Prompt);
}
