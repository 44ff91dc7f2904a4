namespace CanvasWeb.Web.ApiKeys;

/// <summary>The authentication scheme of programs: "Authorization: Bearer cw_…".</summary>
internal static class ApiKeyScheme
{
    public const string Name = "ApiKey";

    /// <summary>How every key begins, so that people and secret scanners know one when they see it.</summary>
    public const string Prefix = "cw_";
}
