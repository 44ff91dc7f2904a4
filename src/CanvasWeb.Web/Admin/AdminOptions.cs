using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Admin;

/// <summary>The admin's pages, and defaults of limits that no other feature has.</summary>
internal sealed record AdminOptions
{
    public const string Section = "Admin";

    /// <summary>Rows on one page of a table.</summary>
    [Range(5, 500)]
    public int PageSize { get; init; } = 50;

    /// <summary>Audit entries in one export; the rest is had by a narrower filter.</summary>
    [Range(100, 10_000_000)]
    public int MostExported { get; init; } = 100_000;

    /// <summary>Requests to /v1 of one API key in a minute, until an admin sets another number.</summary>
    [Range(1, 100_000)]
    public int ApiRequestsPerMinute { get; init; } = 60;
}
