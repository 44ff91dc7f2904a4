using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Credits;

/// <summary>What people get for nothing, and the limits of the books.</summary>
internal sealed record CreditsOptions
{
    public const string Section = "Credits";

    /// <summary>Credits given once, in the first calendar month (UTC) somebody comes.</summary>
    [Range(0, 1_000_000)]
    public int FirstMonth { get; init; } = 50;

    /// <summary>Credits given in each later calendar month (UTC) somebody comes.</summary>
    [Range(0, 1_000_000)]
    public int LaterMonths { get; init; } = 15;

    /// <summary>The most an admin may grant at once.</summary>
    [Range(1, 1_000_000_000)]
    public int LargestGrant { get; init; } = 100_000;

    /// <summary>Lines on one page of a statement.</summary>
    [Range(1, 500)]
    public int StatementPage { get; init; } = 25;

    /// <summary>How often expired holds are looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The most holds one sweep returns; the rest waits for the next.</summary>
    [Range(1, 10_000)]
    public int SweepAtMost { get; init; } = 200;
}
