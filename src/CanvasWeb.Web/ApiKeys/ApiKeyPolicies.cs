namespace CanvasWeb.Web.ApiKeys;

/// <summary>Names of the policies for what programs call. They accept keys alone: a cookie never opens them, and a key opens nothing else.</summary>
internal static class ApiKeyPolicies
{
    public const string Generate = ApiKeyScopes.ImagesWrite;

    public const string Read = ApiKeyScopes.ImagesRead;
}
