namespace CanvasWeb.Web.ApiKeys;

/// <summary>What a key may do. Each is its own right: none contains another.</summary>
internal static class ApiKeyScopes
{
    /// <summary>Make pictures, and so spend credits.</summary>
    public const string ImagesWrite = "images:write";

    /// <summary>List models, read jobs and results.</summary>
    public const string ImagesRead = "images:read";

    public static readonly IReadOnlyList<string> All = [ImagesWrite, ImagesRead];
}
