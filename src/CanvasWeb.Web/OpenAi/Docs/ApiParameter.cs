namespace CanvasWeb.Web.OpenAi.Docs;

/// <summary>A parameter of a request, for the document and for the page.</summary>
/// <param name="Type">As in JSON Schema: "string", "integer", "number", "boolean"; "file" for pictures.</param>
/// <param name="Description">English sentences, as the document has them.</param>
internal sealed record ApiParameter(string Name, string Type, string Description)
{
    public bool IsRequired { get; init; }

    /// <summary>All that it may be; empty where it is no choice.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    public double? Least { get; init; }

    public double? Most { get; init; }

    public int? MostCharacters { get; init; }

    /// <summary>A regular expression.</summary>
    public string? Pattern { get; init; }

    /// <summary>What leaving it out means, where that is one value.</summary>
    public string? Default { get; init; }

    /// <summary>The same under another name, for old programs.</summary>
    public bool IsOld { get; init; }
}
