using System.Security.Claims;
using Microsoft.AspNetCore.SignalR;

namespace CanvasWeb.Web.Accounts.Sessions;

/// <summary>Closes a hub connection when the session that opened it ends.</summary>
internal sealed class SessionHubFilter(SessionWatch watch) : IHubFilter
{
    private static readonly object Key = new();

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        // Circuits have SessionCircuitHandler, which also takes the page to the sign-in page; a cut connection would only try again.
        var blazor = context.Hub.GetType().Namespace?.StartsWith("Microsoft.", StringComparison.Ordinal) == true;
        if (!blazor && context.Context.User?.FindFirstValue(AccountClaims.Session) is { } sessionId)
            context.Context.Items[Key] = watch.Watch(sessionId, _ => context.Context.Abort());
        await next(context);
    }

    public Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        if (context.Context.Items.TryGetValue(Key, out var watcher))
            (watcher as IDisposable)?.Dispose();
        return next(context, exception);
    }
}
