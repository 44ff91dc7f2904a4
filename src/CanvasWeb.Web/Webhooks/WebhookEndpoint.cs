using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Webhooks;

/// <summary>An address of a person's own server that hears of their jobs.</summary>
internal sealed class WebhookEndpoint
{
    public const int UrlLength = 500;

    private WebhookEndpoint()
    {
    }

    public string Id { get; private init; } = RandomId.New();

    public string UserId { get; private init; } = "";

    public string Url { get; private init; } = "";

    /// <summary>Separated by spaces.</summary>
    public string Events { get; private init; } = "";

    /// <summary>Encrypted (<see cref="WebhookSecrets"/>), not hashed: signing needs the secret itself.</summary>
    public string SealedSecret { get; private init; } = "";

    /// <summary>Unique for each person: the same form sent twice makes one endpoint.</summary>
    public string RequestId { get; private init; } = "";

    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>The first failure since the last success.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    /// <summary>Off: nothing is written for it and nothing is sent.</summary>
    public DateTimeOffset? DisabledAt { get; private set; }

    public WebhookDisabling? DisabledBecause { get; private set; }

    public static WebhookEndpoint Create(string userId, string url, IEnumerable<string> events, string sealedSecret, string requestId, DateTimeOffset now) => new()
    {
        UserId = userId,
        Url = url,
        Events = string.Join(' ', events),
        SealedSecret = sealedSecret,
        RequestId = requestId,
        CreatedAt = now,
    };

    public IReadOnlyList<string> EventList() => Events.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public void Disable(WebhookDisabling because, DateTimeOffset now) => (DisabledAt, DisabledBecause) = (now, because);

    public void Enable() => (DisabledAt, DisabledBecause, FailingSince) = (null, null, null);

    public void NoteSuccess() => FailingSince = null;

    public void NoteFailure(DateTimeOffset now) => FailingSince ??= now;
}
