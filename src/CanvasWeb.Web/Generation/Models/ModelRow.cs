using CanvasWeb.Contracts;

namespace CanvasWeb.Web.Generation.Models;

/// <summary>A model that some worker announced once: jobs can be planned and priced while no worker is there.</summary>
internal sealed class ModelRow
{
    public required string Name { get; init; }

    public required ModelDescription Description { get; set; }

    /// <summary>What an admin calls it; null for a title made from its name.</summary>
    public string? ChosenTitle { get; set; }

    /// <summary>Its price in percent of the usual one.</summary>
    public int PricePercent { get; set; } = 100;

    /// <summary>An admin took it from the list: nothing new is made with it; what waits already is.</summary>
    public bool IsOff { get; set; }

    /// <summary>When a worker first announced a model of this name.</summary>
    public required DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>A worker that has it was connected then.</summary>
    public required DateTimeOffset SeenAt { get; set; }

    /// <summary>Wall time of a job over its steps, in milliseconds: a moving average in which decoding and uploading are spread over the steps. Null before the first job.</summary>
    public double? StepMs { get; set; }
}
