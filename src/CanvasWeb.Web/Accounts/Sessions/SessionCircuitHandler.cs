using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace CanvasWeb.Web.Accounts.Sessions;

/// <summary>
/// Ends a circuit's rights with its session: nothing that the browser sends is handled any more, components see nobody signed in, and the
/// page goes to the sign-in page. A circuit lives on one principal from its start, so nothing else would notice.
/// </summary>
internal sealed class SessionCircuitHandler(AuthenticationStateProvider states, NavigationManager navigation, SessionWatch watch) : CircuitHandler, IDisposable
{
    private IDisposable? _watcher;
    private volatile bool _ended;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var principal = (await states.GetAuthenticationStateAsync()).User;
        if (principal.FindFirstValue(AccountClaims.Session) is { } sessionId)
            _watcher = watch.Watch(sessionId, End);
    }

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        context => _ended ? Task.CompletedTask : next(context);

    public void Dispose() => _watcher?.Dispose();

    private void End(bool itself)
    {
        _ended = true;
        var nobody = new AuthenticationState(new(new ClaimsIdentity()));
        (states as IHostEnvironmentAuthenticationStateProvider)?.SetAuthenticationState(Task.FromResult(nobody));
        // Who signed out here, in this page or in another of this browser, knows why.
        navigation.NavigateTo(itself ? "/" : AccountRoutes.SignIn + "?notice=session-ended", forceLoad: true);
    }
}
