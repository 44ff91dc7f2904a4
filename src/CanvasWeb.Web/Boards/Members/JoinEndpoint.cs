using System.Security.Claims;
using CanvasWeb.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CanvasWeb.Web.Boards.Members;

/// <summary>The button of <see cref="JoinPage"/>. What cannot be done is said by that page.</summary>
internal static class JoinEndpoint
{
    public const string Route = "/join/{token}/accept";

    /// <summary>Tells <see cref="JoinPage"/> what is wrong.</summary>
    public const string Full = "full", Often = "often";

    public static async Task<RedirectHttpResult> PostAsync(string token, HttpContext http, ClaimsPrincipal person, BoardInvites invites, JoinLimits limits, CancellationToken cancellationToken)
    {
        var page = InviteLinks.PathOf(Uri.EscapeDataString(token));
        if (!limits.MayOpen(http))
            return TypedResults.LocalRedirect($"{page}?problem={Often}");
        var (change, boardId) = await invites.AcceptAsync(person.UserId(), token, cancellationToken);
        return TypedResults.LocalRedirect(boardId is not null ? "/b/" + boardId : change == MemberChange.TooManyMembers ? $"{page}?problem={Full}" : page);
    }
}
