using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Webhooks;

/// <summary>
/// One message to one endpoint: the outbox's row, and the line in its log. It keeps its id over all attempts, so that a receiver knows what
/// it has seen before.
/// </summary>
internal sealed class WebhookDelivery
{
    public const int ErrorLength = 200;
    public const string IdPrefix = "msg_";

    private WebhookDelivery()
    {
    }

    public string Id { get; private init; } = IdPrefix + RandomId.New();

    public string EndpointId { get; private init; } = "";

    public string EventType { get; private init; } = "";

    /// <summary>The job that it tells of, or the id of the form that asked for a test. Unique with endpoint and type.</summary>
    public string Subject { get; private init; } = "";

    /// <summary>The body, written once: every attempt sends the same bytes.</summary>
    public string Payload { get; private init; } = "";

    public DateTimeOffset CreatedAt { get; private init; }

    public WebhookDeliveryState State { get; private set; }

    /// <summary>When it is to be sent; while it is being sent, when its lease runs out.</summary>
    public DateTimeOffset DueAt { get; private set; }

    /// <summary>All attempts, and the fencing token of the one under way.</summary>
    public int Attempts { get; private set; }

    /// <summary>Attempts since it was written or sent again by hand.</summary>
    public int Tries { get; private set; }

    public DateTimeOffset? LastAttemptAt { get; private set; }

    /// <summary>HTTP status of the last answer; null when there was none.</summary>
    public int? LastStatus { get; private set; }

    /// <summary>Why there was no answer: a code of <see cref="WebhookAnswer"/>.</summary>
    public string? LastError { get; private set; }

    public int? LastElapsedMs { get; private set; }

    public static WebhookDelivery Create(string endpointId, string eventType, string subject, string payload, DateTimeOffset now) => new()
    {
        EndpointId = endpointId,
        EventType = eventType,
        Subject = subject,
        Payload = payload,
        CreatedAt = now,
        DueAt = now,
        State = WebhookDeliveryState.Pending,
    };

    public void Claim(DateTimeOffset now, TimeSpan lease)
    {
        State = WebhookDeliveryState.Sending;
        Attempts++;
        Tries++;
        LastAttemptAt = now;
        DueAt = now + lease;
    }

    public void Note(WebhookAnswer answer)
    {
        LastStatus = answer.Status;
        LastError = answer.Error;
        LastElapsedMs = answer.ElapsedMs;
    }

    public void Succeed() => State = WebhookDeliveryState.Delivered;

    public void RetryAt(DateTimeOffset at) => (State, DueAt) = (WebhookDeliveryState.Pending, at);

    public void GiveUp() => State = WebhookDeliveryState.Failed;

    public void SendAgain(DateTimeOffset now) => (State, DueAt, Tries) = (WebhookDeliveryState.Pending, now, 0);
}
