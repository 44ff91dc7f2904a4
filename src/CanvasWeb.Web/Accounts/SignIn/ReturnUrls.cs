namespace CanvasWeb.Web.Accounts.SignIn;

/// <summary>Where somebody goes after signing in. The address comes from a link, so only places on this site are followed.</summary>
internal static class ReturnUrls
{
    public const string Default = "/boards";
    private const int MaxLength = 2000;

    /// <summary>The path if it is one on this site, otherwise the start page.</summary>
    public static string Local(string? returnUrl) => IsLocal(returnUrl) ? returnUrl! : Default; // IsLocal is false for null.

    // "//host" and "/\host" are other sites to a browser, and it drops tabs and newlines before it looks.
    private static bool IsLocal(string? url) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && url.Length <= MaxLength && !url.Any(char.IsControl);
}
