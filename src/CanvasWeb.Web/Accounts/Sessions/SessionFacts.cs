namespace CanvasWeb.Web.Accounts.Sessions;

/// <summary>A live session and what every request needs to know of its person.</summary>
internal sealed record SessionFacts(string Id, string UserId, string DisplayName, bool IsAdmin, DateTimeOffset LastSeenAt, DateTimeOffset ConfirmedAt);
