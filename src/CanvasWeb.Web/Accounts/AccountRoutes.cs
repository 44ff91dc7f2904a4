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

    // The rest are POSTs of the account page's forms, each with an antiforgery token.
    public const string Profile = "/account/profile";
    public const string EndSession = "/account/sessions/end";
    public const string EndOtherSessions = "/account/sessions/end-others";
    public const string Unlink = "/account/unlink";
    public const string RemovePassword = "/account/password/remove";
    public const string Delete = "/account/delete/confirmed";

    /// <summary>The page that sets or changes the password.</summary>
    public const string Password = "/account/password";

    /// <summary>The page that says what deleting the account takes away.</summary>
    public const string DeletePage = "/account/delete";

    /// <summary>Asks for the password or a provider again before something that cannot be taken back.</summary>
    public const string Confirm = "/account/confirm";

    /// <summary>POST with an antiforgery token: theme and language, for people signed in or not.</summary>
    public const string Appearance = "/account/appearance";

    /// <summary>The sign-in page that comes back to a local address afterwards.</summary>
    public static string SignInThen(string returnUrl) => SignIn + "?returnUrl=" + Uri.EscapeDataString(returnUrl);

    /// <summary>The page that asks who one is, and then goes on to a local address.</summary>
    public static string ConfirmThen(string returnUrl) => Confirm + "?returnUrl=" + Uri.EscapeDataString(returnUrl);
}
