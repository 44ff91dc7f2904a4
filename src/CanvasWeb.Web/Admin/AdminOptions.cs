using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Admin;

/// <summary>The admin's pages.</summary>
internal sealed record AdminOptions
{
    public const string Section = "Admin";

    /// <summary>Rows on one page of a table.</summary>
    [Range(5, 500)]
    public int PageSize { get; init; } = 50;

    /// <summary>Audit entries in one export; the rest is had by a narrower filter.</summary>
    [Range(100, 10_000_000)]
    public int MostExported { get; init; } = 100_000;
}
