namespace CanvasWeb.Contracts;

/// <summary>A job in a worker's hands until its lease runs out.</summary>
public sealed record JobLease
{
    public required string JobId { get; init; }

    /// <summary>The fencing token: counts the attempts from 1. What comes in with an older one is not taken.</summary>
    public required int Attempt { get; init; }

    public required JobTask Task { get; init; }

    public required string Model { get; init; }

    public required string Prompt { get; init; }

    public required string NegativePrompt { get; init; }

    /// <summary>Picture k of the job is picture <see cref="FirstImage"/> + k of this seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>0, but for a job that makes one picture of another job again.</summary>
    public int FirstImage { get; init; }

    /// <summary>Pictures to make, 1 to 8.</summary>
    public required int Count { get; init; }

    /// <summary>Null: the model's default.</summary>
    public int? Steps { get; init; }

    /// <summary>Null: the model's default.</summary>
    public double? Guidance { get; init; }

    /// <summary>Null: the model's own.</summary>
    public string? Scheduler { get; init; }

    /// <summary>0 to 1: how far to go from what is there; null is 1.</summary>
    public double? Strength { get; init; }

    /// <summary>The crop's pixels, one for each world unit.</summary>
    public required int CropWidth { get; init; }

    public required int CropHeight { get; init; }

    /// <summary>The size to paint in; a multiple of the model's.</summary>
    public required int ModelWidth { get; init; }

    public required int ModelHeight { get; init; }

    /// <summary>The frame within the crop: nothing outside it is written.</summary>
    public required PixelArea Frame { get; init; }

    /// <summary>The part of the crop that a text-to-image or variation result fills; results of inpainting say themselves where they lie.</summary>
    public required PixelArea Placement { get; init; }

    /// <summary>Pixels of the crop over which new and kept blend.</summary>
    public required double Feather { get; init; }

    /// <summary>Which of <see cref="JobInputs"/> there are.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Pictures that an earlier attempt finished and uploaded; they need not be made again.</summary>
    public IReadOnlyList<int> Done { get; init; } = [];

    /// <summary>The site wants <see cref="PictureScores"/> of inputs and results.</summary>
    public bool Score { get; init; }
}
