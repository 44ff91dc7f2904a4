using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Provenance;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.OpenAi.Pictures;

/// <summary>
/// Addresses of results that work for a while and for whoever has them. What they name, and until when, stands in them, signed and encrypted
/// with the site's own keys: nothing is stored, and nobody can make or lengthen one.
/// </summary>
internal sealed class ResultLinks(IDataProtectionProvider protection, IOptions<OpenAiOptions> options, TimeProvider time)
{
    private readonly IDataProtector _protector = protection.CreateProtector("CanvasWeb.OpenAi.ResultLinks.v1");

    /// <summary>The last part of the address.</summary>
    public string Write(string jobId, int image, ImageFormat format, int quality, ProvenanceDetail detail)
    {
        var until = (time.GetUtcNow() + TimeSpan.FromMinutes(options.Value.LinkMinutes)).ToUnixTimeSeconds();
        var text = string.Create(CultureInfo.InvariantCulture, $"{jobId} {image} {(int)format} {quality} {(int)detail} {until}");
        return WebEncoders.Base64UrlEncode(_protector.Protect(Encoding.ASCII.GetBytes(text)));
    }

    /// <summary>Null for what was never given out, and for what has run out.</summary>
    public ResultLink? Read(string token)
    {
        string[] parts;
        try
        {
            parts = Encoding.ASCII.GetString(_protector.Unprotect(WebEncoders.Base64UrlDecode(token))).Split(' ');
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }

        var until = DateTimeOffset.FromUnixTimeSeconds(Number(5));
        return until <= time.GetUtcNow() ? null : new(parts[0], (int)Number(1), (ImageFormat)(int)Number(2), (int)Number(3), (ProvenanceDetail)(int)Number(4), until);

        long Number(int part) => long.Parse(parts[part], CultureInfo.InvariantCulture);
    }
}
