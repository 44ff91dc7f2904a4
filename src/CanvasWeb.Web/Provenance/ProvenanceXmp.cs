using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Provenance;

/// <summary>
/// What a file that leaves the site says about its pictures: one exporter with one list of ingredients, for exports of boards, downloads of galleries
/// and results of the API. Content credentials (C2PA) will be signed here, over the same list.
/// </summary>
internal sealed class ProvenanceXmp(ProvenanceService provenance, IDbContextFactory<AppDbContext> contexts)
{
    // A packet has 65,500 bytes; what is told beside this text takes 15,000 of them at most, and marks that XML spells out take their room, too.
    private const int MaxTextBytes = 28_000;

    // Whether a photograph lies somewhere below is looked for through so many jobs. Past them the careful answer is taken.
    private const int MaxAncestors = 1_000;

    // Characters of all languages as they are; what XML forbids is escaped.
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly JsonSerializerOptions s_readable = new(s_json) { WriteIndented = true };

    /// <summary>"CanvasWeb 0.1.0", as the command line writes it.</summary>
    public static string CreatorTool { get; } = $"CanvasWeb {typeof(ProvenanceXmp).Assembly.GetName().Version!.ToString(3)}"; // Directory.Build.props sets a version.

    /// <summary>For a file with one result in it.</summary>
    /// <returns>Null where nothing is to be said, or nothing is known.</returns>
    public async Task<FileProvenance?> OfAsync(ResultRef result, ProvenanceDetail detail, CancellationToken cancellationToken)
    {
        if (detail == ProvenanceDetail.None || await provenance.OfAsync(result, cancellationToken) is not { } record)
            return null;
        return Of([record], record.How.Ingredients.Select(static ingredient => ingredient.Sha256), unknown: 0, detail, await SourceAsync([record], hasUploads: false, cancellationToken));
    }

    /// <summary>For a file that is drawn from these pictures, the lowest first, where the caller has decided that all of it may be told.</summary>
    /// <returns>Null where nothing is to be said, or nothing is known.</returns>
    public Task<FileProvenance?> OfAsync(IReadOnlyList<TileContent> pictures, ProvenanceDetail detail, CancellationToken cancellationToken) =>
        OfAsync(readerId: null, pictures, detail, cancellationToken);

    /// <summary>The same for a reader: of pictures whose board they may not see nothing is told but that they are there.</summary>
    /// <param name="readerId">Who gets the file; null decides nothing.</param>
    /// <returns>Null where nothing is to be said, or nothing is known.</returns>
    public async Task<FileProvenance?> OfAsync(string? readerId, IReadOnlyList<TileContent> pictures, ProvenanceDetail detail, CancellationToken cancellationToken)
    {
        if (detail == ProvenanceDetail.None || pictures.Count == 0)
            return null;
        var named = pictures.Select(static picture => (picture.Sha256, Result: ProvenanceService.ResultOf(picture))).Where(static picture => picture.Result is not null).Distinct().ToList();
        var all = await provenance.OfAsync([.. named.Select(static picture => picture.Result!)], cancellationToken); // filtered above
        var readable = readerId is null ? all.Values : await provenance.ReadableAsync(readerId, all.Values, cancellationToken);
        var byName = readable.ToDictionary(static record => (record.How.Output.Sha256, record.Result));
        var records = named.Select(picture => byName.GetValueOrDefault((picture.Sha256, picture.Result!))).OfType<ProvenanceRecord>().ToList(); // filtered above
        var hasUploads = pictures.Any(static picture => picture.Job is null);

        // What was drawn together is what the file was made from; one picture alone was made from what its job was.
        var shown = pictures.Select(static picture => picture.Sha256).Distinct(StringComparer.Ordinal).ToList();
        var ingredients = shown.Count == 1 && records.Count == 1 ? records[0].How.Ingredients.Select(static ingredient => ingredient.Sha256) : shown;
        return named.Count == 0
            ? null // Photographs alone: of those nothing is known here.
            : Of(records, ingredients, named.Count - records.Count, detail, await SourceAsync(records, hasUploads, cancellationToken));
    }

    /// <summary>A record as a file of its own.</summary>
    public static byte[] Write(JobRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, s_readable);

    private static FileProvenance Of(IReadOnlyList<ProvenanceRecord> records, IEnumerable<string> ingredients, int unknown, ProvenanceDetail detail, DigitalSource source)
    {
        var isFull = detail == ProvenanceDetail.Full;
        var models = records.Select(static record => (record.How.Model, record.How.ModelHash)).Distinct().ToList();
        var prompts = records.Select(static record => record.How.Prompt).Distinct(StringComparer.Ordinal).ToList();
        return new(isFull ? Text(records, unknown) : null, new()
        {
            Source = source,
            CreatorTool = CreatorTool,
            System = models.Count == 1 ? models[0].Model : null,
            SystemVersion = models.Count == 1 ? models[0].ModelHash : null,
            Prompt = isFull && prompts.Count == 1 ? prompts[0] : null,
            Ingredients = [.. ingredients.Distinct(StringComparer.Ordinal)],
        });
    }

    // The lowest pictures as far as there is room; the rest is only counted.
    private static string Text(IReadOnlyList<ProvenanceRecord> records, int unknown)
    {
        var told = new List<JobRecord>();
        var bytes = 0;
        foreach (var record in records)
        {
            bytes += Encoding.UTF8.GetByteCount(JsonSerializer.Serialize(record.How, s_json)) + 1;
            if (bytes > MaxTextBytes)
                break;
            told.Add(record.How);
        }

        var more = records.Count - told.Count + unknown;
        return JsonSerializer.Serialize(new Document(CreatorTool, told, more == 0 ? null : more), s_json);
    }

    /// <summary>Whether anything but a model's own pictures went in, at any remove.</summary>
    private async Task<DigitalSource> SourceAsync(IReadOnlyList<ProvenanceRecord> records, bool hasUploads, CancellationToken cancellationToken)
    {
        if (hasUploads)
            return DigitalSource.CompositeWithTrainedAlgorithmicMedia;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = records.SelectMany(static record => record.How.Ingredients).Where(static ingredient => ingredient.Role != IngredientRole.Context).ToList();
        while (next.Count > 0)
        {
            if (next.Exists(static ingredient => ingredient.Job is null) || seen.Count > MaxAncestors)
                return DigitalSource.CompositeWithTrainedAlgorithmicMedia;
            string[] jobs = [.. next.Select(static ingredient => ingredient.Job!).Where(seen.Add)]; // none is null: the line above
            next = [.. (await db.Set<JobIngredient>().AsNoTracking().Where(ingredient => jobs.Contains(ingredient.JobId) && ingredient.Role != IngredientRole.Context).ToListAsync(cancellationToken)).Select(static ingredient => ingredient.ToRecord())];
        }

        return DigitalSource.TrainedAlgorithmicMedia;
    }

    private sealed record Document(string Software, IReadOnlyList<JobRecord> Pictures, int? More);
}
