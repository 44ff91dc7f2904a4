using System.Globalization;
using System.Text;
using System.Text.Json;
using CanvasWeb.Web.Audit;

namespace CanvasWeb.Web.Admin.Log;

/// <summary>The audit log as a file: CSV for spreadsheets, JSON lines for programs. Times are UTC.</summary>
internal static class LogExport
{
    public const string Csv = AdminRoutes.Audit + "/export.csv";
    public const string JsonLines = AdminRoutes.Audit + "/export.jsonl";

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet(Csv, static (HttpContext http, string? actor, string? action, string? subject, string? from, string? until, LogReader log) =>
            WriteAsync(http, log, LogFilter.Parse(actor, action, subject, from, until), "audit.csv", "text/csv; charset=utf-8", "at,actor,action,subject,details\r\n", CsvLine));
        admin.MapGet(JsonLines, static (HttpContext http, string? actor, string? action, string? subject, string? from, string? until, LogReader log) =>
            WriteAsync(http, log, LogFilter.Parse(actor, action, subject, from, until), "audit.jsonl", "application/jsonl; charset=utf-8", head: "", JsonLine));
    }

    /// <summary>RFC 4180. What a spreadsheet would take for a formula is kept from being one.</summary>
    public static string CsvLine(AuditEntry entry) =>
        string.Join(',', new[] { Time(entry), entry.ActorId, entry.Action, entry.Subject, entry.Details ?? "" }.Select(Cell)) + "\r\n";

    private static string JsonLine(AuditEntry entry) =>
        JsonSerializer.Serialize(new { at = Time(entry), actor = entry.ActorId, action = entry.Action, subject = entry.Subject, details = entry.Details }, JsonSerializerOptions.Web) + "\n";

    private static async Task WriteAsync(HttpContext http, LogReader log, LogFilter filter, string file, string type, string head, Func<AuditEntry, string> line)
    {
        http.Response.ContentType = type;
        http.Response.Headers.ContentDisposition = $"attachment; filename={file}";
        http.Response.Headers.CacheControl = "no-store";
        await using var writer = new StreamWriter(http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 14, leaveOpen: true);
        await writer.WriteAsync(head.AsMemory(), http.RequestAborted);
        await foreach (var entry in log.AllAsync(filter, http.RequestAborted))
            await writer.WriteAsync(line(entry).AsMemory(), http.RequestAborted);
    }

    private static string Time(AuditEntry entry) => entry.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Cell(string text)
    {
        var safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;
        return safe.AsSpan().IndexOfAny("\",\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
