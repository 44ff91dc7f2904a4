namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>How much is measured.</summary>
internal sealed record QualityOptions
{
    /// <summary>Seeds are independent pictures of the same words: more of them narrow the error only as far as the words allow.</summary>
    public const int MaxSeeds = 8;

    public const int MaxPromptsOfGroup = 256;

    public IReadOnlySet<QualityPart> Parts { get; init; } = new HashSet<QualityPart>(Enum.GetValues<QualityPart>());

    /// <summary>Only the first prompts of each group.</summary>
    public int PromptsOfGroup { get; init; } = MaxPromptsOfGroup;

    /// <summary>Pictures of each prompt, with the seeds 1, 2 ...</summary>
    public int Seeds { get; init; } = 2;

    /// <summary>Where pictures, sheet and results go; null keeps nothing.</summary>
    public string? Folder { get; init; }

    /// <summary>Takes pictures that lie in the folder instead of making them.</summary>
    public bool Resume { get; init; }
}
