namespace CanvasWeb.Web.Credits.Admin;

/// <summary>Somebody an admin may grant credits to.</summary>
internal sealed record PersonFound(string Id, string Name, string? Email, DateTimeOffset CreatedAt);
