namespace CanvasWeb.Web.Credits;

/// <summary>Addresses of the credits pages, for links elsewhere.</summary>
internal static class CreditsRoutes
{
    public const string Page = "/credits";

    /// <summary>Grants, for admins.</summary>
    public const string Admin = "/admin/credits";
}
