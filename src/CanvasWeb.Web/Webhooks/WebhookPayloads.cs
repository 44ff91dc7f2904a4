using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;

namespace CanvasWeb.Web.Webhooks;

/// <summary>
/// Bodies of messages: type, time, data, as Standard Webhooks has them. Ids and figures, no prompt and no picture: the receiver knows the job it
/// asked for, and a log of deliveries must not become a second place where prompts lie.
/// </summary>
internal static class WebhookPayloads
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <param name="results">Of a job that succeeded.</param>
    public static string JobEnded(Job job, IEnumerable<JobResultRow> results)
    {
        var at = job.FinishedAt ?? throw new InvalidOperationException($"Job {job.Id} has not ended.");
        var type = WebhookEvents.Of(job.State);
        return Write(type, at, new JobData(
            job.Id,
            "image.job",
            type[(type.LastIndexOf('.') + 1)..],
            job.Task.ToString().ToLowerInvariant(),
            job.Model,
            job.Count,
            job.State == JobState.Succeeded ? job.Price : 0,
            job.RequestId,
            job.BoardId.Length == 0 ? null : job.BoardId,
            Text(job.CreatedAt),
            Text(at),
            job.ErrorCode is null ? null : new(job.ErrorCode, job.ErrorMessage ?? ""),
            [.. results.OrderBy(static row => row.Image).Select(static row => new ResultData(row.Image, row.Sha256, row.PixelWidth, row.PixelHeight))]));
    }

    public static string Test(DateTimeOffset now) => Write(WebhookEvents.Test, now, new TestData("It works. Messages about your jobs will look like this one, with more in them."));

    private static string Write<T>(string type, DateTimeOffset at, T data) => JsonSerializer.Serialize(new Message<T>(type, Text(at), data), s_json);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private sealed record Message<T>(string Type, string Timestamp, T Data);

    private sealed record JobData(
        string Id, string Object, string Status, string Task, string Model, int Count, long Credits, string RequestId, string? BoardId, string CreatedAt, string FinishedAt,
        ErrorData? Error, IReadOnlyList<ResultData> Results);

    private sealed record ErrorData(string Code, string Message);

    private sealed record ResultData(int Index, string Sha256, int Width, int Height);

    private sealed record TestData(string Message);
}
