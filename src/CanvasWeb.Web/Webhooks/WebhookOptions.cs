using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Webhooks;

/// <summary>Where webhooks may go, and how hard the site tries.</summary>
internal sealed record WebhookOptions
{
    public const string Section = "Webhooks";

    /// <summary>Hosts that people may name, like "hooks.example.org" or "*.example.org" for all below it. Empty: every host with public addresses.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>
    /// Hosts that are let through by plain HTTP, at any port and with private addresses, for receivers on a developer's machine. Heeded in
    /// Development only: anywhere else this would open the network behind the site to whoever has an account.
    /// </summary>
    public IReadOnlyList<string> DevelopmentHosts { get; init; } = [];

    /// <summary>Ports that an address may name; 443 always.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [8443];

    [Range(1, 100)]
    public int EndpointsPerPerson { get; init; } = 5;

    /// <summary>Deliveries under way at the same time.</summary>
    [Range(1, 1000)]
    public int AtOnce { get; init; } = 16;

    /// <summary>Of these to one endpoint: a slow one must not hold up the others.</summary>
    [Range(1, 100)]
    public int AtOncePerEndpoint { get; init; } = 4;

    /// <summary>How often the outbox is looked at.</summary>
    [Range(1, 60)]
    public int PollSeconds { get; init; } = 1;

    /// <summary>From the look-up of the name to the answer's last header. Its body is not read.</summary>
    [Range(1, 60)]
    public int TimeoutSeconds { get; init; } = 15;

    /// <summary>How much longer than its timeout an attempt is left alone: time to write down what came of it. What a killed process was sending is sent again after both.</summary>
    [Range(1, 600)]
    public int LeaseMarginSeconds { get; init; } = 30;

    /// <summary>Wait after the first failure; each further one waits <see cref="RetryFactor"/> times as long.</summary>
    [Range(1, 3600)]
    public int FirstRetrySeconds { get; init; } = 5;

    [Range(2, 10)]
    public int RetryFactor { get; init; } = 5;

    [Range(1, 86_400)]
    public int LongestRetrySeconds { get; init; } = 12 * 60 * 60;

    /// <summary>With the figures above the last one is about two days after the first.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; init; } = 10;

    /// <summary>An endpoint that took nothing for so long is turned off.</summary>
    [Range(1, 24 * 365)]
    public int DisableAfterHours { get; init; } = 5 * 24;

    /// <summary>Test deliveries to one endpoint in an hour.</summary>
    [Range(1, 1000)]
    public int TestsPerHour { get; init; } = 20;

    [Range(1, 365)]
    public int LogDays { get; init; } = 30;
}
