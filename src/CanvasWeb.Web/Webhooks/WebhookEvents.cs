using System.Diagnostics;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Webhooks;

/// <summary>Types of events, as they stand on the wire.</summary>
internal static class WebhookEvents
{
    public const string Succeeded = "image.job.succeeded";
    public const string Failed = "image.job.failed";
    public const string Canceled = "image.job.canceled";

    /// <summary>Sent by the button on the page; to every endpoint, whatever it subscribed to.</summary>
    public const string Test = "webhook.test";

    /// <summary>What an endpoint may subscribe to.</summary>
    public static readonly IReadOnlyList<string> All = [Succeeded, Failed, Canceled];

    public static string Of(JobState state) => state switch
    {
        JobState.Succeeded => Succeeded,
        JobState.Failed or JobState.Poisoned => Failed,
        JobState.Canceled => Canceled,
        _ => throw new UnreachableException(),
    };
}
