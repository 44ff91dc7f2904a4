using System.Security.Claims;

namespace CanvasWeb.Web.Accounts;

internal static class PrincipalExtensions
{
    /// <summary>The id of the signed-in person.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in: the endpoint forgot to require it.</exception>
    public static string UserId(this ClaimsPrincipal principal) =>
        principal.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("Nobody is signed in.");
}
