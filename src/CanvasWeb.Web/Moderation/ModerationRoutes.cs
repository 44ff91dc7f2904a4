namespace CanvasWeb.Web.Moderation;

/// <summary>Addresses of moderation's pages and of what their forms do.</summary>
internal static class ModerationRoutes
{
    /// <summary>A person's own refusals; a refusal is at <c>#ID</c>.</summary>
    public const string Refusals = "/account/refusals";
    public const string Appeal = Refusals + "/appeal";

    public const string AdminReports = "/admin/reports";
    public const string AdminReportsAct = AdminReports + "/act";
    public const string AdminReportsShow = AdminReports + "/show";
    public const string AdminRefusals = "/admin/refusals";
    public const string AdminRefusalsAnswer = AdminRefusals + "/answer";
    public const string AdminPolicy = "/admin/policy";
    public const string AdminPolicyAdd = AdminPolicy + "/add";
    public const string AdminPolicyTakeBack = AdminPolicy + "/take-back";
    public const string AdminPolicyReload = AdminPolicy + "/reload";

    /// <summary>A picture for an admin, hidden or not.</summary>
    public const string AdminPictures = "/admin/pictures";
}
