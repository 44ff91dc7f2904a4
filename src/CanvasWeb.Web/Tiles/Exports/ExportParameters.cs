using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Tiles.Exports;

/// <summary>The text inside an exported file: how the pictures in it were made, so that they can be made again.</summary>
internal sealed class ExportParameters(GenerationService generation)
{
    // A file's text has 32,768 characters at most; the rest of the pictures is only counted.
    private const int MaxCharacters = 30_000;
    private const int MaxPages = 50;

    // Characters of all languages as they are; what XML forbids is escaped.
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public async Task<string> OfAsync(string userId, string boardId, ExportPlan plan, CancellationToken cancellationToken)
    {
        var wanted = plan.Scene.Tiles.Select(static tile => tile.Content).Where(static content => content.Job is not null).DistinctBy(static content => (content.Job, content.Image)).ToList();
        var jobs = await JobsAsync(userId, boardId, [.. wanted.Select(static content => content.Job ?? "")], cancellationToken);
        var pictures = new List<Picture>();
        var characters = 0;
        foreach (var content in wanted)
        {
            if (!jobs.TryGetValue(content.Job ?? "", out var job))
                continue;
            var picture = new Picture(job.Id, content.Image, job.CreatedAt, job.Settings);
            characters += JsonSerializer.Serialize(picture, s_json).Length + 1;
            if (characters > MaxCharacters)
                break;
            pictures.Add(picture);
        }

        return JsonSerializer.Serialize(new Document("CanvasWeb", pictures, pictures.Count == wanted.Count ? null : wanted.Count - pictures.Count), s_json);
    }

    private async Task<Dictionary<string, JobView>> JobsAsync(string userId, string boardId, HashSet<string> wanted, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, JobView>(StringComparer.Ordinal);
        JobView? before = null;
        for (var page = 0; page < MaxPages && found.Count < wanted.Count; page++)
        {
            var jobs = await generation.BoardHistoryAsync(userId, boardId, before, cancellationToken);
            if (jobs.Count == 0)
                break;
            foreach (var job in jobs.Where(job => wanted.Contains(job.Id)))
                found[job.Id] = job;
            before = jobs[^1];
        }

        return found;
    }

    private sealed record Document(string Software, IReadOnlyList<Picture> Pictures, int? More);

    private sealed record Picture(string Job, int? Image, DateTimeOffset Made, FrameSettings Settings);
}
