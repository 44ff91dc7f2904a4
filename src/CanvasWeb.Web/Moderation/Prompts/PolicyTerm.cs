namespace CanvasWeb.Web.Moderation.Prompts;

/// <summary>A line that an admin added to the lists, or took out of them.</summary>
internal sealed class PolicyTerm
{
    public const int LineLength = 100;

    public required string Id { get; init; }

    /// <summary>The section that it belongs to.</summary>
    public required string Category { get; init; }

    /// <summary>As in a list's file.</summary>
    public required string Line { get; init; }

    /// <summary>True: the files' line of this text does not count.</summary>
    public required bool Removes { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
