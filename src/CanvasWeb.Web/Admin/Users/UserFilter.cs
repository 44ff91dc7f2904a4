namespace CanvasWeb.Web.Admin.Users;

/// <summary>Which people a list shows.</summary>
internal enum UserFilter
{
    Everybody,
    Admins,
    Suspended,
    Demo,
}
