namespace CanvasWeb.Web.Generation;

/// <summary>Why there is no job. On the wire as it is.</summary>
/// <param name="Code">One of <see cref="GenerationRefusalCodes"/> or of the planner's <c>RefusalCodes</c>; pages translate by it.</param>
/// <param name="Message">An English sentence that says what to do.</param>
/// <param name="Price">What it would cost, where that is the point.</param>
/// <param name="Available">What the person has, where that is the point.</param>
internal sealed record GenerationRefusal(string Code, string Message, long? Price = null, long? Available = null)
{
    /// <summary>Of a prompt that the policy refuses: what an appeal names. Null where the refusal was not kept.</summary>
    public string? RefusalId { get; init; }

    /// <summary>The category of the policy's lists.</summary>
    public string? Category { get; init; }

    /// <summary>The words that it goes by, as they were typed.</summary>
    public IReadOnlyList<string>? Words { get; init; }
}
