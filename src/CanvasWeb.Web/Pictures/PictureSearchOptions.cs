using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Pictures;

/// <summary>What looking for pictures may cost.</summary>
internal sealed record PictureSearchOptions
{
    public const string Section = "Pictures:Search";

    /// <summary>Pictures that one search finds.</summary>
    [Range(1, 500)]
    public int MaxFound { get; init; } = 48;

    /// <summary>Characters of a query; the rest is left out.</summary>
    [Range(1, 1_000)]
    public int MaxQueryLength { get; init; } = 200;

    /// <summary>Words of a query; the rest is left out.</summary>
    [Range(1, 100)]
    public int MaxTerms { get; init; } = 12;

    /// <summary>Jobs that one search looks through, the latest.</summary>
    [Range(1, 1_000_000)]
    public int MaxJobs { get; init; } = 10_000;

    /// <summary>Jobs that are in memory at a time, with the embeddings of their pictures: 8 of 4 KiB each.</summary>
    [Range(1, 1_000)]
    public int PageSize { get; init; } = 200;

    /// <summary>Searches of one person, whose typing pauses are each one.</summary>
    [Range(1, 100_000)]
    public int SearchesPerMinute { get; init; } = 120;

    /// <summary>People whose searches run or wait at once.</summary>
    [Range(1, 10_000)]
    public int MaxPeople { get; init; } = 64;

    /// <summary>Searches that read at once; others wait.</summary>
    [Range(1, 100)]
    public int AtOnce { get; init; } = 4;

    /// <summary>How long a worker may take to read the query, which for the first one loads its encoder; past it words alone count.</summary>
    [Range(1, 60_000)]
    public int EmbedPatienceMs { get; init; } = 2_500;

    /// <summary>Queries whose embeddings are kept.</summary>
    [Range(0, 100_000)]
    public int CachedQueries { get; init; } = 500;

    /// <summary>
    /// Least cosine of a picture whose prompt does not have the words. Measured with canvas-mini: words that a picture fits had 0.39 to 0.73, words
    /// that it does not fit 0.44 at the most. Rather none than a wrong one.
    /// </summary>
    [Range(-1.0, 1.0)]
    public double LeastSimilarity { get; init; } = 0.45;
}
