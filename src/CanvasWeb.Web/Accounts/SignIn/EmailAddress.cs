using System.Net.Mail;

namespace CanvasWeb.Web.Accounts.SignIn;

/// <summary>An address as people type it: trimmed, plausible, not proven to be theirs.</summary>
internal static class EmailAddress
{
    // RFC 5321 leaves 254 characters for an address.
    public const int MaxLength = 254;

    public static string? Parse(string? typed)
    {
        var text = typed?.Trim().Normalize();
        if (text is null or "" || text.Length > MaxLength || text.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return null;
        // The parser takes "Name <address>" too: what it found must be all there was.
        return MailAddress.TryCreate(text, out var address) && address.Address == text ? text : null;
    }
}
