using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace CanvasWeb.Contracts;

/// <summary>
/// How one picture was made: everything that is needed to make it again and to know whether it came out the same. It names no person. It stands in
/// exported files and in the record that the site hands out; <c>replay</c> reads it.
/// </summary>
public sealed record JobRecord
{
    /// <summary>Raised when a member changes its meaning.</summary>
    public const string CurrentFormat = "canvasweb-job-record/1";

    public string Format { get; init; } = CurrentFormat;

    /// <summary>The job, by the site's name for it.</summary>
    public required string Job { get; init; }

    /// <summary>Which of the job's pictures, from 0.</summary>
    public required int Image { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    public required JobTask Task { get; init; }

    public required string Model { get; init; }

    /// <summary>Content hash of the model, lower-case hex.</summary>
    public string? ModelHash { get; init; }

    public required string Prompt { get; init; }

    public string NegativePrompt { get; init; } = "";

    public required ulong Seed { get; init; }

    /// <summary>Which picture of the seed, from 0; not always <see cref="Image"/>.</summary>
    public required int ImageIndex { get; init; }

    public int? Steps { get; init; }

    public double? Guidance { get; init; }

    /// <summary>Null: the model's only one.</summary>
    public string? Scheduler { get; init; }

    public double? Strength { get; init; }

    /// <summary>As one of <see cref="JobLease.Thetas"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Theta { get; init; }

    /// <summary>As <see cref="JobLease.FromPrompt"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FromPrompt { get; init; }

    /// <summary>As <see cref="JobLease.Eta"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Eta { get; init; }

    /// <summary>As <see cref="JobLease.PriorSamples"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PriorSamples { get; init; }

    /// <summary>What the person chose; the worker was told <see cref="Feather"/>.</summary>
    public double? Softness { get; init; }

    public required int CropWidth { get; init; }

    public required int CropHeight { get; init; }

    public required int ModelWidth { get; init; }

    public required int ModelHeight { get; init; }

    /// <summary>The frame within the crop.</summary>
    public required PixelArea Frame { get; init; }

    /// <summary>As <see cref="JobLease.Placement"/>.</summary>
    public required PixelArea Placement { get; init; }

    /// <summary>Pixels of the crop.</summary>
    public required double Feather { get; init; }

    public IReadOnlyList<InputRecord> Inputs { get; init; } = [];

    public IReadOnlyList<Ingredient> Ingredients { get; init; } = [];

    public required OutputRecord Output { get; init; }

    /// <summary>Null for pictures of workers that did not say.</summary>
    public MakerNote? Maker { get; init; }

    /// <summary>The order as a worker gets it, for this one picture.</summary>
    public JobLease ToLease() => new()
    {
        JobId = Job,
        Attempt = 1,
        Task = Task,
        Model = Model,
        Prompt = Prompt,
        NegativePrompt = NegativePrompt,
        Seed = Seed,
        FirstImage = ImageIndex,
        Count = 1,
        Steps = Steps,
        Guidance = Guidance,
        Scheduler = Scheduler,
        Strength = Strength,
        Thetas = Theta is { } theta ? [theta] : null,
        FromPrompt = FromPrompt,
        Eta = Eta,
        PriorSamples = PriorSamples,
        CropWidth = CropWidth,
        CropHeight = CropHeight,
        ModelWidth = ModelWidth,
        ModelHeight = ModelHeight,
        Frame = Frame,
        Placement = Placement,
        Feather = Feather,
        Inputs = [.. Inputs.Select(static input => input.Name)],
    };

    /// <summary>
    /// SHA-256 of a picture whatever its file: width and height as 32-bit little-endian numbers, then the pixels. Lower-case hex.
    /// </summary>
    /// <param name="rgba">Row by row, four bytes each, colours not premultiplied.</param>
    public static string HashOf(int width, int height, ReadOnlySpan<byte> rgba)
    {
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(size, width);
        BinaryPrimitives.WriteInt32LittleEndian(size[4..], height);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(size);
        hash.AppendData(rgba);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
