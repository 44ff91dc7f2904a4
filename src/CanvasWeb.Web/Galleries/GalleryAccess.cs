using System.Security.Cryptography;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Galleries;

/// <summary>
/// What a link opens, for pages, pictures, feeds and the live view alike. Read from the database each time: a link that was taken back a moment ago opens nothing.
/// </summary>
internal sealed class GalleryAccess(
    IDbContextFactory<AppDbContext> contexts, IDataProtectionProvider protection, IPasswordHasher<Gallery> passwords, GalleryLimits limits, IOptions<GalleriesOptions> options, TimeProvider time)
{
    /// <summary>Holds the pass of a guest who knew the password. Its path is the gallery's own, so one name does for all.</summary>
    public const string PassCookie = "canvasweb.gallery";

    private readonly ITimeLimitedDataProtector _passes = protection.CreateProtector("CanvasWeb.Galleries.Pass").ToTimeLimitedDataProtector();

    /// <summary>For whoever sends this request. Admins, who answer for what is shown, are not asked for a password.</summary>
    public async Task<GalleryOpening> OpenAsync(HttpContext http, string token, CancellationToken cancellationToken) =>
        await OpenAsync(token, http.Request.Cookies[PassCookie], cancellationToken) switch
        {
            GalleryOpening.NeedsPassword { Gallery: var gallery } when http.User.HasClaim(AccountClaims.Admin, "true") => new GalleryOpening.Opened(gallery),
            var opening => opening,
        };

    /// <param name="pass">From <see cref="PassCookie"/>; null for none.</param>
    public async Task<GalleryOpening> OpenAsync(string token, string? pass, CancellationToken cancellationToken)
    {
        if (!SecretToken.IsValid(token, GalleryLinks.Prefix))
            return GalleryOpening.Gone.Instance;
        var hash = SecretToken.HashOf(token);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var gallery = await db.Set<Gallery>().AsNoTracking()
            .FirstOrDefaultAsync(gallery => gallery.TokenHash == hash && (!gallery.IsLive || db.Set<Board>().Any(board => board.Id == gallery.BoardId && board.DeletedAt == null))
                && db.Users.Any(user => user.Id == gallery.OwnerId && user.SuspendedAt == null), cancellationToken);
        if (gallery is null || !gallery.IsOpenAt(time.GetUtcNow()))
            return GalleryOpening.Gone.Instance;
        return gallery.PasswordHash is null || Fits(gallery, pass) ? new GalleryOpening.Opened(gallery) : new GalleryOpening.NeedsPassword(gallery);
    }

    /// <summary>Tries a password.</summary>
    /// <returns>The pass for <see cref="PassCookie"/>; null for a wrong password.</returns>
    public string? TryPassword(Gallery gallery, string password)
    {
        if (gallery.PasswordHash is not { } hash || password.Length > GalleryService.MaxPasswordLength)
            return null;
        return passwords.VerifyHashedPassword(gallery, hash, password) == PasswordVerificationResult.Failed
            ? null
            : _passes.Protect(StampOf(gallery), TimeSpan.FromHours(options.Value.PassHours));
    }

    /// <summary>May this address try one more password at this gallery?</summary>
    public bool MayTry(HttpContext http, Gallery gallery) => limits.MayTryPassword(http, gallery.Id);

    private bool Fits(Gallery gallery, string? pass)
    {
        if (string.IsNullOrEmpty(pass))
            return false;
        try
        {
            return _passes.Unprotect(pass) == StampOf(gallery);
        }
        catch (CryptographicException)
        {
            return false; // Made up, run out, or sealed with keys that are gone.
        }
    }

    // With the password's hash (salted anew each time one is set), so that a pass ends with the password that it was given for; and with the
    // link's, so that a new link asks again.
    private static string StampOf(Gallery gallery) => $"{gallery.Id}:{SecretToken.HashOf(gallery.PasswordHash + gallery.TokenHash)}";
}
