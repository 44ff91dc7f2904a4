namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>What <c>tests/quality/prompts.json</c> says.</summary>
internal sealed record SuiteDocument
{
    /// <summary>Pixels.</summary>
    public required int TileSide { get; init; }

    public required int TileColumns { get; init; }

    /// <summary>The order in which captions stand together for retrieval; ids of <see cref="Prompts"/>.</summary>
    public required IReadOnlyList<string> Retrieval { get; init; }

    public required IReadOnlyList<SuitePrompt> Prompts { get; init; }

    public required IReadOnlyList<SuiteOutpaint> Outpaints { get; init; }

    public required IReadOnlyList<SuiteVariation> Variations { get; init; }

    public required IReadOnlyList<SuiteTextDiff> TextDiffs { get; init; }
}

/// <param name="Group">What it was chosen for: "scenes", "solids", "left" and so on.</param>
/// <param name="Lang">Of the text: "en", "pt", "it", "fr" or "zh".</param>
/// <param name="Tile">Its drawn truth; null for what nobody has drawn.</param>
/// <param name="Base">The English prompt that this one translates; null for an English one.</param>
/// <param name="Truth">The right answer by the judge's head: what the text says.</param>
internal sealed record SuitePrompt(string Id, string Group, string Lang, string Text, int? Tile, string? Base, IReadOnlyDictionary<string, string> Truth)
{
    public const string English = "en";
}

/// <param name="HorizonPx">Where the horizon of the scene lies, from the top.</param>
internal sealed record SuiteOutpaint(string Id, string Text, double HorizonPx);

/// <param name="Thing">What the picture shows.</param>
internal sealed record SuiteVariation(string Id, int Tile, string Thing);

/// <param name="From">What the drawn picture shows.</param>
/// <param name="To">The same with one word changed.</param>
/// <param name="Head">Which head of the judge sees the change.</param>
/// <param name="Want">What it is to see.</param>
internal sealed record SuiteTextDiff(string Id, int Tile, string From, string To, string Head, string Want);
