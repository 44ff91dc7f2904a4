using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Generation.Previews;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Galleries.Live;

/// <summary>
/// A stranger's line to the board of a live gallery: to look and nothing else. It speaks the language of the board's own hub, so that the same
/// canvas follows it. Its address has the token in it: guests who told a password have their pass under that path.
/// </summary>
[AllowAnonymous]
internal sealed class GalleryHub(
    GalleryAccess access,
    LiveGalleries live,
    BoardHost host,
    BoardAudience audience,
    PreviewRelay previews,
    IHubContext<GalleryHub, IBoardClient> hub,
    IOptions<LiveOptions> options,
    IOptions<BoardsOptions> boardOptions,
    TimeProvider time,
    ILogger<GalleryHub> logger) : Hub<IBoardClient>
{
    public const string Path = "/g/{token}/live";

    private BoardViewer? Viewer
    {
        get => (BoardViewer?)Context.Items[nameof(Viewer)];
        set => Context.Items[nameof(Viewer)] = value;
    }

    private CallBudget Calls
    {
        get
        {
            if (Context.Items.TryGetValue(nameof(Calls), out var known))
                return (CallBudget)known!; // Only this puts it there.
            var budget = new CallBudget(options.Value.CallsPerSecond, 2 * options.Value.CallsPerSecond, time);
            Context.Items[nameof(Calls)] = budget;
            return budget;
        }
    }

    /// <summary>The board as strangers may see it, and from now on what happens on it. Always all of it: see <see cref="LiveClient"/>.</summary>
    public async Task<JoinResult> Join(JoinRequest request)
    {
        var wait = Calls.Take(1);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, Context.ConnectionAborted);
        await LeaveAsync();

        // 1. May they? Asked anew each time: lines are cut when a gallery changes, and come back here.
        var http = Context.GetHttpContext();
        var token = http?.GetRouteValue("token") as string;
        if (http is null || token is null
            || await access.OpenAsync(http, token, Context.ConnectionAborted) is not GalleryOpening.Opened { Gallery: { BoardId: { } boardId } gallery }
            || !await live.MayShowAsync(gallery, Context.ConnectionAborted))
            throw new HubException(HubErrors.BoardNotFound);
        if (!live.Enter(gallery, Context.ConnectionId, http.Connection.RemoteIpAddress, Context.Abort))
            throw new HubException(HubErrors.TooManyPeople);

        // 2. The state, and those who send what follows it. The viewer is told of nothing before it follows, so what its browser has to
        // be kept from can be filled in once the state is known.
        var view = new LiveView(token, gallery.ShowPrompts ? new(gallery.OwnerId) : null, LiveTileEndpoint.NamesOf(gallery));
        var concealed = new HashSet<NodeId>();
        var client = new LiveClient(hub.Clients.Client(Context.ConnectionId), view, concealed);
        var viewer = new BoardViewer(
            audience, boardId, Context.ConnectionId, "", new(request.Client, LiveView.Somebody, "", 0, BoardRole.Viewer),
            client, Context.Abort, boardOptions.Value, time, logger)
        { IsWatcher = true };
        Viewer = viewer;
        try
        {
            if (!audience.Enter(viewer, options.Value.WatchersPerBoard))
                throw new HubException(HubErrors.TooManyPeople);
            var recent = await host.RecentAsync(boardId, Context.ConnectionAborted);
            var state = recent.State;
            concealed.UnionWith(LiveView.Concealed(state));
            viewer.Follow(recent, state.Seq);
            previews.Join(boardId, Context.ConnectionId, "", client);
            return new(
                BoardRole.Viewer, LiveView.Somebody, gallery.Title, state.Seq, [],
                new(BoardLimits.Default, FrameLimits.Default, boardOptions.Value.MessageBytes, boardOptions.Value.PresenceHz),
                view.Of(state, concealed));
        }
        catch (BoardUnavailableException error)
        {
            await LeaveAsync();
            throw new HubException(HubErrors.TryAgain, error);
        }
        catch
        {
            await LeaveAsync();
            throw;
        }
    }

    /// <summary>A preview is painted: the next of its job may come.</summary>
    public void AckPreview(string jobId, int step)
    {
        if (Viewer is not null)
            previews.Acknowledge(Context.ConnectionId, jobId, step);
    }

    public override Task OnDisconnectedAsync(Exception? exception) => LeaveAsync();

    private async Task LeaveAsync()
    {
        live.Leave(Context.ConnectionId);
        if (Viewer is not { } viewer)
            return;
        Viewer = null;
        previews.Leave(Context.ConnectionId);
        audience.Leave(viewer);
        await viewer.DisposeAsync();
    }
}
