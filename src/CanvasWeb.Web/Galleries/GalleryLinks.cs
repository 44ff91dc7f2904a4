using System.Security.Cryptography;
using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.DataProtection;

namespace CanvasWeb.Web.Galleries;

/// <summary>
/// Tokens of links. The database finds a gallery by the token's hash, as with any secret of the site. But owners want to copy their link again,
/// weeks later and on another machine, and a link that is told once only is a link that people renew, which breaks it for everybody who has it. So the
/// token is also kept, encrypted with the site's keys, which do not lie in the database: whoever reads a copy of it still has no link.
/// </summary>
internal sealed class GalleryLinks(IDataProtectionProvider protection, ILogger<GalleryLinks> logger)
{
    /// <summary>A token alone is a path and nothing else; without a prefix links stay short.</summary>
    public const string Prefix = "";

    public static string PathOf(string token) => "/g/" + token;

    public (string Token, string Hash, string Sealed) New(string galleryId)
    {
        var (token, hash) = SecretToken.New(Prefix);
        return (token, hash, ProtectorOf(galleryId).Protect(token));
    }

    /// <summary>The token that its owner may see; null where there is no link, or the keys that sealed it are lost (the link itself goes on to work).</summary>
    public string? Unseal(Gallery gallery)
    {
        if (gallery.SealedToken is null)
            return null;
        try
        {
            return ProtectorOf(gallery.Id).Unprotect(gallery.SealedToken);
        }
        catch (CryptographicException)
        {
            logger.LogWarning("The link of gallery {GalleryId} cannot be read: the site's keys are other ones than those that sealed it", gallery.Id);
            return null;
        }
    }

    // For each gallery its own, so that a sealed token moved to another row opens nothing.
    private IDataProtector ProtectorOf(string galleryId) => protection.CreateProtector("CanvasWeb.Galleries.Link", galleryId);
}
