using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Boards.Members;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Boards;

/// <summary>Boards: their rows, logs and writers, the hub of the canvas, the page of all boards.</summary>
internal static class BoardsFeature
{
    public static IServiceCollection AddBoards(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<BoardsOptions>().Bind(configuration.GetSection(BoardsOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<BoardAccess>();
        services.AddSingleton<BoardAudience>();
        services.AddSingleton<BoardLog>();
        services.AddSingleton<BoardHost>();
        services.AddSingleton<BoardShelf>();
        services.AddSingleton(static provider => BoardErasure.Create(provider.GetRequiredService<BoardShelf>()));
        services.AddSingleton<ThumbnailQueue>();
        services.AddSingleton<Thumbnails>();
        services.AddHostedService(static provider => provider.GetRequiredService<Thumbnails>());
        services.AddHostedService<BoardSweep>();
        services.AddBoardMembers(configuration);
        services.AddSignalR()
            .AddJsonProtocol(static json => CanvasJson.Configure(json.PayloadSerializerOptions))
            .AddHubOptions<BoardHub>(static _ => { });
        services.AddOptions<HubOptions<BoardHub>>().Configure<IOptions<BoardsOptions>>(static (hub, boards) => hub.MaximumReceiveMessageSize = boards.Value.MessageBytes);
        return services;
    }

    public static void MapBoards(this IEndpointRouteBuilder app)
    {
        app.MapHub<BoardHub>(BoardHub.Path);
        app.MapGet(ThumbnailEndpoint.Route, ThumbnailEndpoint.GetAsync).RequireAuthorization();
        app.MapBoardMembers();
    }
}
