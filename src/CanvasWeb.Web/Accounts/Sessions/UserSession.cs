using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Accounts.Sessions;

/// <summary>
/// One browser in which a person is signed in. The cookie names the row; without the row the cookie is worth nothing, so deleting it signs
/// the browser out.
/// </summary>
internal sealed class UserSession(string userId, DateTimeOffset createdAt, DateTimeOffset confirmedAt, string userAgent)
{
    public const int UserAgentLength = 300;

    /// <summary>Stands for "not in this session" in <see cref="ConfirmedAt"/>.</summary>
    public static readonly DateTimeOffset Never = DateTimeOffset.UnixEpoch;

    public string Id { get; private set; } = RandomId.New();

    public string UserId { get; private set; } = userId;

    public DateTimeOffset CreatedAt { get; private set; } = createdAt;

    /// <summary>To five minutes.</summary>
    public DateTimeOffset LastSeenAt { get; private set; } = createdAt;

    /// <summary>
    /// When the person last proved who they are in this browser, by a password or by a provider that was told to ask. Coming in through a
    /// provider that lets whoever sits there pass without a question is none: then it is <see cref="Never"/>.
    /// </summary>
    public DateTimeOffset ConfirmedAt { get; private set; } = confirmedAt;

    public string UserAgent { get; private set; } = userAgent.Length <= UserAgentLength ? userAgent : userAgent[..UserAgentLength];
}
