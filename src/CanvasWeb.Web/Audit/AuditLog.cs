using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Audit;

/// <summary>
/// The one way to note what people with power did. An entry is written in the transaction of the deed: there is neither a deed without its
/// entry nor an entry of something that did not happen.
/// </summary>
internal sealed class AuditLog(TimeProvider time)
{
    /// <summary>The actor of what the site did by itself.</summary>
    public const string System = "system";

    /// <param name="actorId">Who did it; <see cref="System"/> for the site itself.</param>
    /// <param name="action">Feature and verb, like "user.suspend": at most <see cref="AuditEntry.ActionLength"/> characters.</param>
    /// <param name="subject">Kind and id, like "user:ID".</param>
    /// <param name="details">Cut at <see cref="AuditEntry.DetailsLength"/> characters. Never a prompt or a secret.</param>
    public void Add(AppDbContext db, string actorId, string action, string subject, string? details)
    {
        if (action.Length > AuditEntry.ActionLength || subject.Length > AuditEntry.SubjectLength)
            throw new ArgumentException($"\"{action}\" or its subject is too long for the audit log.", nameof(action));
        db.Add(new AuditEntry(actorId, action, subject, details is { Length: > AuditEntry.DetailsLength } ? details[..AuditEntry.DetailsLength] : details, time.GetUtcNow()));
    }
}
