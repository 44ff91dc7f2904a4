using CanvasWeb.Web.Accounts.Security;

namespace CanvasWeb.Web.Boards.Members;

/// <summary>How people come onto boards, and off them.</summary>
internal static class MembersFeature
{
    public static void AddBoardMembers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MembersOptions>().Bind(configuration.GetSection(MembersOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddDataProtection();
        services.AddSingleton<InviteLinks>();
        services.AddSingleton<BoardTeam>();
        services.AddSingleton<BoardInvites>();
        services.AddSingleton<JoinLimits>();
    }

    public static void MapBoardMembers(this IEndpointRouteBuilder app) =>
        app.MapPost(JoinEndpoint.Route, JoinEndpoint.PostAsync).RequireAuthorization().RequireAntiforgery();
}
