namespace CanvasWeb.Web.Admin.Limits;

/// <summary>What a <see cref="SiteLimit"/> takes.</summary>
internal enum SiteLimitKind
{
    Switch,
    Number,
    Text,
}
