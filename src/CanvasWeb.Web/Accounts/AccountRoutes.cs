namespace CanvasWeb.Web.Accounts;

/// <summary>Addresses of the account pages and actions, for links and forms elsewhere.</summary>
internal static class AccountRoutes
{
    /// <summary>The sign-in page; <c>?returnUrl=</c> takes a local path.</summary>
    public const string SignIn = "/account/sign-in";

    public const string Register = "/account/register";

    /// <summary>POST with an antiforgery token.</summary>
    public const string SignOut = "/account/sign-out";

    /// <summary>POST, in Development with no provider configured only: makes a demo account and signs it in.</summary>
    public const string Try = "/account/try";

    public const string Account = "/account";

    /// <summary>Asks for the password or a provider again before something that cannot be taken back.</summary>
    public const string Confirm = "/account/confirm";

    /// <summary>POST with an antiforgery token: theme and language, for people signed in or not.</summary>
    public const string Appearance = "/account/appearance";

    /// <summary>The sign-in page that comes back to a local address afterwards.</summary>
    public static string SignInThen(string returnUrl) => SignIn + "?returnUrl=" + Uri.EscapeDataString(returnUrl);
}
