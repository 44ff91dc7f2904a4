using System.Buffers.Text;
using System.Security.Cryptography;

namespace CanvasWeb.Web.Data;

/// <summary>Ids of rows: 128 random bits, 22 characters of URL-safe base64. Not guessable, made without asking the database.</summary>
internal static class RandomId
{
    public const int Length = 22;

    /// <summary>Could this, from outside, be such an id?</summary>
    public static bool IsValid(string? id) => id is { Length: Length } && Base64Url.IsValid(id);

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
}
