using System.Security.Cryptography;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Accounts.Security;

namespace CanvasWeb.Web.Moderation;

/// <summary>Who reports: somebody signed in, or an address that nobody can read back. One report of each counts for a thing.</summary>
/// <param name="Key">What tells one from another: the person's id, or 64 hex digits.</param>
/// <param name="UserId">Null for somebody who is not signed in.</param>
internal sealed record Reporter(string Key, string? UserId)
{
    // Random for each start of the site: the addresses behind stored keys cannot be found by trying all of them later.
    private static readonly byte[] s_salt = RandomNumberGenerator.GetBytes(32);

    public static Reporter Of(HttpContext http) => http.User.Identity is { IsAuthenticated: true }
        ? OfUser(http.User.UserId())
        : new(Hash(ClientNetwork.Of(http).GetAddressBytes()), null);

    public static Reporter OfUser(string userId) => new(userId, userId);

    private static string Hash(byte[] address) => Convert.ToHexStringLower(HMACSHA256.HashData(s_salt, address));
}
