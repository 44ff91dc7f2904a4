using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Accounts.Sessions;

/// <summary>
/// One browser in which a person is signed in. The cookie names the row; without the row the cookie is worth nothing, so deleting it signs
/// the browser out.
/// </summary>
internal sealed class UserSession(string userId, DateTimeOffset createdAt, string userAgent)
{
    public const int UserAgentLength = 300;

    public string Id { get; private set; } = RandomId.New();

    public string UserId { get; private set; } = userId;

    public DateTimeOffset CreatedAt { get; private set; } = createdAt;

    /// <summary>To five minutes.</summary>
    public DateTimeOffset LastSeenAt { get; private set; } = createdAt;

    /// <summary>When the person last proved who they are in this browser, by a password or a provider. Signing in is one.</summary>
    public DateTimeOffset ConfirmedAt { get; private set; } = createdAt;

    public string UserAgent { get; private set; } = userAgent.Length <= UserAgentLength ? userAgent : userAgent[..UserAgentLength];
}
