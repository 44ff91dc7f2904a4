using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CanvasWeb.Web.Data;

/// <summary>
/// What opens something to whoever holds it: an API key, a share link. The secret has 256 random bits and is told once; a row keeps only its
/// hash. A fast hash is enough, since there is nothing to guess, and a look-up by the whole hash needs no comparison in constant time: what
/// its timing tells is about the hash, from which no secret follows.
/// </summary>
internal static class SecretToken
{
    /// <summary>Characters of <see cref="HashOf"/>: SHA-256 in lower-case hex.</summary>
    public const int HashLength = 64;

    private const int Bytes = 32;

    /// <summary>Characters of a secret without its prefix.</summary>
    public const int BareLength = 43;

    /// <param name="prefix">Says what it is to people and to programs that look for leaked secrets, like "cw_"; may be empty.</param>
    public static (string Secret, string Hash) New(string prefix)
    {
        var secret = prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        return (secret, HashOf(secret));
    }

    /// <summary>Could this, from outside, be such a secret? Spares the database whatever is not.</summary>
    public static bool IsValid(string? secret, string prefix) =>
        secret is not null && secret.Length == prefix.Length + BareLength && secret.StartsWith(prefix, StringComparison.Ordinal) && Base64Url.IsValid(secret.AsSpan(prefix.Length));

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
