namespace CanvasWeb.Web.Accounts;

/// <summary>Names of the authorisation policies, for endpoints, hubs and <c>[Authorize(Policy = …)]</c> on pages.</summary>
internal static class Policies
{
    /// <summary>Whoever runs the site. How one becomes an admin stands in Accounts/README.md.</summary>
    public const string Admin = "admin";
}
