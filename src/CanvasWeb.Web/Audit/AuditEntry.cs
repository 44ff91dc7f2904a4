using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Audit;

/// <summary>Who did what to what, when. Rows are only inserted; the database refuses everything else.</summary>
internal sealed class AuditEntry(string actorId, string action, string subject, string? details, DateTimeOffset at)
{
    public const int ActionLength = 64;
    public const int SubjectLength = 128;
    public const int DetailsLength = 1_000;

    public string Id { get; private set; } = RandomId.New();

    public DateTimeOffset At { get; private set; } = at;

    /// <summary>A person's id; <see cref="AuditLog.System"/> for what the site did by itself.</summary>
    public string ActorId { get; private set; } = actorId;

    /// <summary>"user.suspend", "key.create" …: feature and verb.</summary>
    public string Action { get; private set; } = action;

    /// <summary>What it was done to: "user:ID", "job:ID", "limit:NAME" …</summary>
    public string Subject { get; private set; } = subject;

    /// <summary>The reason that was given, what it was before and after. Never a prompt, a secret or an address.</summary>
    public string? Details { get; private set; } = details;
}
