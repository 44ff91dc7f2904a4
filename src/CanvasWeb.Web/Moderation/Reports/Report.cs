using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Moderation.Reports;

/// <summary>Somebody says that something should not be shown. One row for each who says so; what is reported is one entry of the queue.</summary>
internal sealed class Report
{
    public const int TextLength = 500;

    private Report()
    {
    }

    public string Id { get; private init; } = "";

    public ReportKind Kind { get; private init; }

    /// <summary><see cref="ReportTarget.Id"/>.</summary>
    public string TargetId { get; private init; } = "";

    /// <summary><see cref="ReportTarget.Part"/>; empty for a whole.</summary>
    public string Part { get; private init; } = "";

    public string OwnerId { get; private init; } = "";

    public string? Sha256 { get; private init; }

    /// <summary>For a result, so that the report goes with the job.</summary>
    public string? JobId { get; private init; }

    public string ReporterKey { get; private init; } = "";

    /// <summary>Null for somebody who is not signed in, or whose account is gone.</summary>
    public string? ReporterId { get; private init; }

    public ReportReason Reason { get; private init; }

    public string Text { get; private init; } = "";

    public DateTimeOffset CreatedAt { get; private init; }

    public ReportState State { get; private set; }

    public string? AnsweredBy { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    public static Report Of(ReportTarget target, Reporter reporter, ReportReason reason, string text, DateTimeOffset now) => new()
    {
        Id = RandomId.New(),
        Kind = target.Kind,
        TargetId = target.Id,
        Part = target.Part ?? "",
        OwnerId = target.OwnerId,
        Sha256 = target.Sha256,
        JobId = target.Kind == ReportKind.Result ? target.Id : null,
        ReporterKey = reporter.Key,
        ReporterId = reporter.UserId,
        Reason = reason,
        Text = text.Length <= TextLength ? text : text[..TextLength],
        CreatedAt = now,
    };

    public void Answer(ReportState state, string adminId, DateTimeOffset now)
    {
        State = state;
        AnsweredBy = adminId;
        AnsweredAt = now;
    }
}
