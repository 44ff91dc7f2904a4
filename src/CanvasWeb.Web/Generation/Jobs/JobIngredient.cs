using CanvasWeb.Contracts;

namespace CanvasWeb.Web.Generation.Jobs;

/// <summary>A picture that a job was made with. Written with the job, never changed, gone with it.</summary>
internal sealed class JobIngredient
{
    /// <summary>Kept of one job at most; a frame over more pictures than this shows little of each.</summary>
    public const int MaxOfJob = 256;

    public required string JobId { get; init; }

    /// <summary>From 0: the lowest on the board first.</summary>
    public required int Position { get; init; }

    /// <summary>The tile.</summary>
    public required string Sha256 { get; init; }

    public required IngredientRole Role { get; init; }

    /// <summary>The job that made it; null for uploads. It may be gone.</summary>
    public string? SourceJob { get; init; }

    public int? SourceImage { get; init; }

    public Ingredient ToRecord() => new(Sha256, Role, SourceJob, SourceImage);
}
