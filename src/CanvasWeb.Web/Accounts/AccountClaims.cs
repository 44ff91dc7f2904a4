namespace CanvasWeb.Web.Accounts;

/// <summary>Types of the claims that a signed-in person carries, besides the id (<see cref="PrincipalExtensions.UserId"/>).</summary>
internal static class AccountClaims
{
    /// <summary>The id of the session row that the cookie belongs to.</summary>
    public const string Session = "canvasweb:session";

    /// <summary>Present for admins. Set anew on every request from the database, so taking the right away takes effect at once.</summary>
    public const string Admin = "canvasweb:admin";
}
