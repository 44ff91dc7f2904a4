namespace CanvasWeb.Web.OpenAi.Docs;

/// <summary>An address of the API.</summary>
/// <param name="Method">"GET" or "POST".</param>
/// <param name="Path">With names in braces.</param>
/// <param name="Scope">What a key needs for it; null where none is needed.</param>
/// <param name="Answer">A schema of the document, or a media type.</param>
/// <param name="Errors">Statuses that it answers with instead.</param>
internal sealed record ApiOperation(string Method, string Path, string Id, string Title, string Description, string? Scope, string Answer, IReadOnlyList<int> Errors)
{
    /// <summary>Of the body; empty for none.</summary>
    public IReadOnlyList<ApiParameter> Body { get; init; } = [];

    /// <summary>Of the path.</summary>
    public IReadOnlyList<ApiParameter> Route { get; init; } = [];

    /// <summary>Can the answer be a stream of events?</summary>
    public bool Streams { get; init; }
}
