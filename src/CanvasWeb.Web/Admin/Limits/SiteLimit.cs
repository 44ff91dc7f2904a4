using System.Collections.Immutable;
using System.Globalization;

namespace CanvasWeb.Web.Admin.Limits;

/// <summary>Something about the site that an admin may change while it runs. What it means to the site stands in <see cref="SiteLimitValues"/>.</summary>
/// <param name="Name">Part of the address of its form, of the audit log and of the keys of its words.</param>
/// <param name="Group">Those of one group stand together on the page.</param>
/// <param name="Least">The smallest number that is taken, and the largest; of a text the characters.</param>
internal sealed record SiteLimit(string Name, string Group, SiteLimitKind Kind, long Least = 0, long Most = 1)
{
    public const string Maintenance = "maintenance";
    public const string MaintenanceMessage = "maintenance-message";
    public const string Registration = "registration";
    public const string ProviderRegistration = "provider-registration";
    public const string TryIt = "try-it";
    public const string QueuedPerPerson = "queued-per-person";
    public const string RunningPerPerson = "running-per-person";
    public const string FirstMonthCredits = "first-month-credits";
    public const string LaterMonthCredits = "later-month-credits";
    public const string UploadMebibytes = "upload-mebibytes";
    public const string UploadsPerDay = "uploads-per-day";
    public const string UploadMebibytesPerDay = "upload-mebibytes-per-day";
    public const string ApiRequestsPerMinute = "api-requests-per-minute";
    public const string DefaultModel = "default-model";

    /// <summary>In the order of the page.</summary>
    public static ImmutableArray<SiteLimit> All { get; } =
    [
        new(Maintenance, "Maintenance", SiteLimitKind.Switch),
        new(MaintenanceMessage, "Maintenance", SiteLimitKind.Text, 0, 200),
        new(Registration, "Doors", SiteLimitKind.Switch),
        new(ProviderRegistration, "Doors", SiteLimitKind.Switch),
        new(TryIt, "Doors", SiteLimitKind.Switch),
        new(QueuedPerPerson, "Jobs", SiteLimitKind.Number, 1, 1_000),
        new(RunningPerPerson, "Jobs", SiteLimitKind.Number, 1, 1_000),
        new(FirstMonthCredits, "Credits", SiteLimitKind.Number, 0, 1_000_000),
        new(LaterMonthCredits, "Credits", SiteLimitKind.Number, 0, 1_000_000),
        new(UploadMebibytes, "Uploads", SiteLimitKind.Number, 1, 1_024),
        new(UploadsPerDay, "Uploads", SiteLimitKind.Number, 0, 1_000_000),
        new(UploadMebibytesPerDay, "Uploads", SiteLimitKind.Number, 1, 1_048_576),
        new(ApiRequestsPerMinute, "Api", SiteLimitKind.Number, 1, 100_000),
        new(DefaultModel, "Models", SiteLimitKind.Text, 0, 80),
    ];

    public static SiteLimit? Find(string? name) => All.FirstOrDefault(limit => limit.Name == name);

    /// <summary>The value as it is stored, or null where it is none: "true" or "false", a number within the bounds, a text on one line.</summary>
    public string? Parse(string? typed) => Kind switch
    {
        SiteLimitKind.Switch => typed is "true" or "false" ? typed : null,
        SiteLimitKind.Number => long.TryParse(typed?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= Least && number <= Most
            ? number.ToString(CultureInfo.InvariantCulture)
            : null,
        SiteLimitKind.Text => (typed ?? "").Trim() is var text && text.Length >= Least && text.Length <= Most && !text.Any(char.IsControl) ? text : null,
    };
}
