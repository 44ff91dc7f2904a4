namespace CanvasWeb.Web.Admin;

/// <summary>Addresses of the admin's pages and of what their forms do. Every one asks for <see cref="Accounts.Policies.Admin"/>.</summary>
internal static class AdminRoutes
{
    public const string Home = "/admin";
    public const string Users = "/admin/users";
    public const string Jobs = "/admin/jobs";
    public const string Models = "/admin/models";
    public const string Workers = "/admin/workers";
    public const string Limits = "/admin/limits";
    public const string Audit = "/admin/audit";

    public static string User(string id) => $"{Users}/{id}";
}
