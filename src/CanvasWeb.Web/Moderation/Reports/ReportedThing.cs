namespace CanvasWeb.Web.Moderation.Reports;

/// <summary>An entry of the admins' queue: one thing, with everybody who reported it.</summary>
/// <param name="Owner">Whose it is, by name; empty where the account is gone.</param>
/// <param name="Prompt">Of a result, so that an admin sees what was asked for; null elsewhere.</param>
/// <param name="Title">Of a gallery; null elsewhere, or where it is gone.</param>
/// <param name="IsHidden">The picture is shown to nobody any more.</param>
/// <param name="Reports">The oldest first.</param>
internal sealed record ReportedThing(ReportKind Kind, string TargetId, string Part, string OwnerId, string Owner, string? Sha256, string? Prompt, string? Title, bool IsHidden, IReadOnlyList<Report> Reports)
{
    /// <summary>Of a gallery, the first pictures in it; none of a live one, which has no items.</summary>
    public IReadOnlyList<string> Pictures { get; init; } = [];

    /// <summary>The gallery's public page while its link is open; null elsewhere. Its password is asked of admins as of everybody.</summary>
    public string? Page { get; init; }
}
