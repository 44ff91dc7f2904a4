namespace CanvasWeb.Web.ApiKeys;

/// <summary>A live key, as a request needs to know it.</summary>
internal sealed record ApiKeyFacts(string Id, string UserId, string DisplayName, IReadOnlyList<string> Scopes);
