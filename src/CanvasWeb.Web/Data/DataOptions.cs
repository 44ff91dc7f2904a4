using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Data;

/// <summary>Where the site keeps what must not be lost.</summary>
internal sealed record DataOptions
{
    public const string Section = "Data";

    /// <summary>A folder for the SQLite database, blobs and keys. Relative: to the repository's or published app's root.</summary>
    [Required]
    public string Folder { get; init; } = "data";

    /// <summary>A PostgreSQL connection string. Empty: SQLite in <see cref="Folder"/>.</summary>
    public string PostgreSql { get; init; } = "";
}
