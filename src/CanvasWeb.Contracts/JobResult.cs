namespace CanvasWeb.Contracts;

/// <summary>A finished job: every picture was uploaded before.</summary>
public sealed record JobResult
{
    public required string JobId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>Those of this attempt; pictures that the lease named as done are not repeated.</summary>
    public required IReadOnlyList<ResultPicture> Pictures { get; init; }

    /// <summary>Content hash of the model, lower-case hex.</summary>
    public required string ModelHash { get; init; }
}
