using System.Security.Cryptography;
using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.DataProtection;

namespace CanvasWeb.Web.Boards.Members;

/// <summary>Tokens of invite links, kept as those of galleries are (<see cref="Galleries.GalleryLinks"/>): found by their hash, told again to the owner alone.</summary>
internal sealed class InviteLinks(IDataProtectionProvider protection, ILogger<InviteLinks> logger)
{
    public const string Prefix = "";

    public static string PathOf(string token) => "/join/" + token;

    public (string Token, string Hash, string Sealed) New(string inviteId)
    {
        var (token, hash) = SecretToken.New(Prefix);
        return (token, hash, ProtectorOf(inviteId).Protect(token));
    }

    /// <summary>Null where the keys that sealed it are lost; the link itself goes on to work.</summary>
    public string? Unseal(BoardInvite invite)
    {
        try
        {
            return ProtectorOf(invite.Id).Unprotect(invite.SealedToken);
        }
        catch (CryptographicException)
        {
            logger.LogWarning("The link of invite {InviteId} cannot be read: the site's keys are other ones than those that sealed it", invite.Id);
            return null;
        }
    }

    // For each invite its own, so that a sealed token moved to another row opens nothing.
    private IDataProtector ProtectorOf(string inviteId) => protection.CreateProtector("CanvasWeb.Boards.Invite", inviteId);
}
