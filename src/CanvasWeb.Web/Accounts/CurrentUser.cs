using System.Security.Claims;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Shell.Events;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Accounts;

/// <summary>
/// The person who looks at this page or holds this circuit. For Blazor components only: endpoints and hubs have
/// <see cref="PrincipalExtensions.UserId"/>. Read once per circuit, and again after the profile changed.
/// </summary>
internal sealed class CurrentUser(AuthenticationStateProvider states, IDbContextFactory<AppDbContext> contexts, UserEvents events) : IDisposable
{
    private CurrentPerson? _person;
    private IDisposable? _subscription;

    /// <summary>The person, or null when nobody is signed in (any more).</summary>
    public async ValueTask<CurrentPerson?> GetAsync(CancellationToken cancellationToken)
    {
        var principal = (await states.GetAuthenticationStateAsync()).User;
        var id = principal.FindFirstValue(ClaimTypes.NameIdentifier);
        if (id is null)
            return null;
        if (_person is { } known && known.Id == id)
            return known;

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(user => user.Id == id, cancellationToken);
        if (user is null)
            return null;
        _subscription ??= events.Subscribe(id, happened =>
        {
            if (happened == UserEvent.ProfileChanged)
                _person = null;
        });
        return _person = new(user.Id, user.DisplayName, user.Colour, user.Language, user.Theme, principal.HasClaim(AccountClaims.Admin, "true"), user.IsDemo);
    }

    public void Dispose() => _subscription?.Dispose();
}
