using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.ApiKeys;

/// <summary>Limits on keys.</summary>
internal sealed record ApiKeysOptions
{
    public const string Section = "ApiKeys";

    /// <summary>Live keys of one person.</summary>
    [Range(1, 1000)]
    public int KeysPerPerson { get; init; } = 20;

    /// <summary>Keys that ended, kept so that a person can see what they were; the oldest go when a new one is made.</summary>
    [Range(0, 10_000)]
    public int EndedKeysPerPerson { get; init; } = 50;

    /// <summary>How exact "last used" is. A write for each request would make the database's writer the limit of the API.</summary>
    [Range(1, 86_400)]
    public int LastUsedEverySeconds { get; init; } = 60;
}
