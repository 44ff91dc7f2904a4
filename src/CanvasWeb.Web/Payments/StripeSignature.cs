using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CanvasWeb.Web.Payments;

/// <summary>
/// Stripe's signature of a webhook, version 1: the header "t=SECONDS,v1=HEX[,v1=HEX…]", where HEX is HMAC-SHA256 of "SECONDS.BODY" with the
/// endpoint's secret (docs.stripe.com/webhooks, "Verify webhook signatures manually"). Several v1 come while a secret is being replaced.
/// </summary>
internal static class StripeSignature
{
    // A header holds a time and one or two signatures; what is longer than this is not from Stripe.
    private const int LongestHeader = 2048;

    /// <summary>Is this body, byte for byte, what the owner of the secret sent about now?</summary>
    public static bool IsGood(string? header, ReadOnlySpan<byte> body, string secret, DateTimeOffset now, TimeSpan tolerance)
    {
        if (header is null || header.Length > LongestHeader)
            return false;
        string? time = null;
        var signatures = new List<string>();
        foreach (var part in header.Split(','))
        {
            if (part.Split('=', 2, StringSplitOptions.TrimEntries) is not [var name, var value])
                continue;
            if (name == "t")
                time = value;
            else if (name == "v1")
                signatures.Add(value);
        }

        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) > (decimal)tolerance.TotalSeconds)
            return false;

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes(time + "."));
        hmac.AppendData(body);
        hmac.GetHashAndReset(expected);
        var good = false;
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var signature in signatures)
        {
            // In constant time: how far a wrong guess agrees must not show in how long the answer takes.
            var isHash = signature.Length == 2 * given.Length && Convert.FromHexString(signature, given, out _, out _) == System.Buffers.OperationStatus.Done;
            good |= isHash && CryptographicOperations.FixedTimeEquals(given, expected);
        }

        return good;
    }
}
