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

    /// <summary>
    /// One for each picture of the job. Interpolation: 0 is <see cref="JobInputs.Picture"/>, 1 is <see cref="JobInputs.Other"/>. Text diff: how far to
    /// turn to what the captions say, 0 to 1; beyond 0.5 little of the picture is left. Null for other tasks.
    /// </summary>
    public IReadOnlyList<double>? Thetas { get; init; }

    /// <summary>What a text diff's picture shows now, in words; <see cref="Prompt"/> says what it is to show. May be empty: then the turn is to the prompt itself.</summary>
    public string? FromPrompt { get; init; }

    /// <summary>Of a variation, 0 to 1: how much of its noise is new. 0 keeps the picture's own, null is the model's way without any of it.</summary>
    public double? Eta { get; init; }

    /// <summary>1 to <see cref="InferenceProtocol.MaxPriorSamples"/>: image embeddings drawn for each picture, of which the one nearest to the caption is taken (Ramesh et al. 2022, §2.2). Null is 1.</summary>
    public int? PriorSamples { get; init; }

    /// <summary>The crop's pixels, one for each world unit.</summary>
    public required int CropWidth { get; init; }

    public required int CropHeight { get; init; }

    /// <summary>The size to paint in; a multiple of the model's.</summary>
    public required int ModelWidth { get; init; }

    public required int ModelHeight { get; init; }

    /// <summary>The frame within the crop: nothing outside it is written.</summary>
    public required PixelArea Frame { get; init; }

    /// <summary>
    /// The part of the crop that a whole picture (text-to-image, variation, interpolation, text diff) fills; results of inpainting say themselves where
    /// they lie. An upscaled picture has <see cref="ModelDescription.UpscaleFactor"/> times the input's pixels, whatever this says: it is the place and not the size.
    /// </summary>
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
