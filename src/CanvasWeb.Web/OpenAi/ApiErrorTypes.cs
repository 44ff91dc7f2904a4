namespace CanvasWeb.Web.OpenAi;

/// <summary>The values of <c>error.type</c> that clients know.</summary>
internal static class ApiErrorTypes
{
    public const string InvalidRequest = "invalid_request_error";
    public const string Authentication = "authentication_error";
    public const string Permission = "permission_error";
    public const string Quota = "insufficient_quota";
    public const string RateLimit = "rate_limit_error";
    public const string Server = "server_error";
}
