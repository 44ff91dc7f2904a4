namespace CanvasWeb.Web.Admin.Overview;

/// <summary>How the site is. "Today" begins at midnight UTC.</summary>
internal sealed record SiteFigures
{
    public required int Users { get; init; }

    public required int NewThisWeek { get; init; }

    public required int Suspended { get; init; }

    /// <summary>People with a session that was used in the last day.</summary>
    public required int SeenToday { get; init; }

    public required int Running { get; init; }

    public required int Queued { get; init; }

    public required int MadeToday { get; init; }

    /// <summary>Failed or given up.</summary>
    public required int FailedToday { get; init; }

    public required int CanceledToday { get; init; }

    /// <summary>Connected to this process.</summary>
    public required int Workers { get; init; }

    public required int ModelsOnline { get; init; }

    public required int Models { get; init; }

    /// <summary>Bytes of all pictures with their pyramids.</summary>
    public required long PictureBytes { get; init; }

    public required int Pictures { get; init; }

    /// <summary>Addresses that are sent messages and do not take them just now.</summary>
    public required int FailingWebhooks { get; init; }

    /// <summary>Of the disk with the data folder.</summary>
    public required long FreeBytes { get; init; }

    public required long DiskBytes { get; init; }

    /// <summary>Credits of the last thirty days: given for nothing, bought less returned, and spent.</summary>
    public required long Granted { get; init; }

    public required long Bought { get; init; }

    public required long Spent { get; init; }

    /// <summary>Credits that open jobs hold.</summary>
    public required long Held { get; init; }
}
