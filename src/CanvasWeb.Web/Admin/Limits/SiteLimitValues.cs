namespace CanvasWeb.Web.Admin.Limits;

/// <summary>How the site is set just now. Take it once for each request: the next one may see others.</summary>
internal sealed record SiteLimitValues
{
    /// <summary>No new jobs, no new accounts, and only admins may sign in; running jobs end, waiting ones wait. The API answers 503.</summary>
    public required bool Maintenance { get; init; }

    /// <summary>An admin's words for the banner; empty for the site's own.</summary>
    public required string MaintenanceMessage { get; init; }

    /// <summary>May people make accounts with a password?</summary>
    public required bool Registration { get; init; }

    /// <summary>May a provider's person who comes for the first time get an account?</summary>
    public required bool ProviderRegistration { get; init; }

    /// <summary>May "Try it" make accounts, where it is offered at all?</summary>
    public required bool TryIt { get; init; }

    /// <summary>Waiting jobs of one person.</summary>
    public required int QueuedPerPerson { get; init; }

    /// <summary>Jobs of one person that run at the same time.</summary>
    public required int RunningPerPerson { get; init; }

    /// <summary>Credits that a person's first calendar month brings, and each later one.</summary>
    public required int FirstMonthCredits { get; init; }

    public required int LaterMonthCredits { get; init; }

    /// <summary>Bytes of one uploaded file.</summary>
    public required long UploadBytes { get; init; }

    /// <summary>Uploads of one person in 24 hours, and the bytes that they may take.</summary>
    public required int UploadsPerDay { get; init; }

    public required long UploadBytesPerDay { get; init; }

    /// <summary>Requests to /v1 of one person's programs in a minute.</summary>
    public required int ApiRequestsPerMinute { get; init; }

    /// <summary>The model that counts where none is named; empty for the first that is online.</summary>
    public required string DefaultModel { get; init; }
}
