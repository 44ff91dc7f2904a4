using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Moderation;

/// <summary>What the site does not want to make or show, and what it does then.</summary>
internal sealed record ModerationOptions
{
    public const string Section = "Moderation";

    /// <summary>Prompts and negative prompts are checked against the lists.</summary>
    public bool CheckPrompts { get; init; } = true;

    /// <summary>The stricter list counts as well, as schools want it: no nudity, no weapons, no drugs.</summary>
    public bool Strict { get; init; }

    /// <summary>A folder of lists that add to, take from or replace the built-in ones (see Moderation/Prompts/README.md). Empty: none.</summary>
    public string ListsFolder { get; init; } = "";

    /// <summary>How often the lists are looked at for changes, by an admin on another replica or in the folder.</summary>
    [Range(1, 86_400)]
    public int ReloadSeconds { get; init; } = 30;

    /// <summary>Refusals that are kept of one person in a day, with their prompts. More are refused as well, but cannot be appealed.</summary>
    [Range(1, 100_000)]
    public int MaxRefusalsPerDay { get; init; } = 100;

    /// <summary>After this long refusals go, with the prompts in them, and what they allowed ends.</summary>
    [Range(1, 3_650)]
    public int KeepRefusalsDays { get; init; } = 180;

    /// <summary>Reports that one person or address may make in an hour.</summary>
    [Range(1, 10_000)]
    public int ReportsPerHour { get; init; } = 20;

    /// <summary>Entries on one page of an admin's list.</summary>
    [Range(1, 500)]
    public int PageSize { get; init; } = 50;
}
