namespace CanvasWeb.Web.Audit;

/// <summary>What was done by people with power over others.</summary>
internal static class AuditFeature
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services.AddSingleton<AuditLog>();
}
