namespace CanvasWeb.Web.Admin.Navigation;

/// <summary>
/// An entry of the admin pages' navigation. A feature adds its own: <c>services.AddSingleton(new AdminNavItem(…))</c>, and puts
/// <c>@layout AdminLayout</c> on the page.
/// </summary>
/// <param name="Order">Ours stand at 10, 20, 30 …</param>
/// <param name="Path">The page, like "/admin/reports".</param>
/// <param name="Text">The marker class of the resource file with its title.</param>
/// <param name="Key">The key of the title there.</param>
/// <param name="Icon">A name of Material Symbols.</param>
/// <param name="CountAsync">How many things wait there for an admin; shown beside the title when it is not 0.</param>
internal sealed record AdminNavItem(
    int Order, string Path, Type Text, string Key, string Icon, Func<IServiceProvider, CancellationToken, Task<int>>? CountAsync = null);
