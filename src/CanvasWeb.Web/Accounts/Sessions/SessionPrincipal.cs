using System.Security.Claims;

namespace CanvasWeb.Web.Accounts.Sessions;

internal static class SessionPrincipal
{
    public static ClaimsPrincipal Create(SessionFacts facts, string scheme)
    {
        var identity = new ClaimsIdentity(scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new(ClaimTypes.NameIdentifier, facts.UserId));
        identity.AddClaim(new(ClaimTypes.Name, facts.DisplayName));
        identity.AddClaim(new(AccountClaims.Session, facts.Id));
        if (facts.IsAdmin)
            identity.AddClaim(new(AccountClaims.Admin, "true"));
        return new(identity);
    }
}
