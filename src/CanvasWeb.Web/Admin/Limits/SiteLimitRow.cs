namespace CanvasWeb.Web.Admin.Limits;

/// <summary>A limit that an admin has set; without a row the site's options count. Who set it and when stands in the audit log.</summary>
internal sealed class SiteLimitRow
{
    public const int ValueLength = 200;

    /// <summary>Of a <see cref="SiteLimit"/>.</summary>
    public required string Name { get; init; }

    public required string Value { get; set; }
}
