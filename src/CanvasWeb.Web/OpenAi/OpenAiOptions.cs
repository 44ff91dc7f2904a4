using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.OpenAi;

/// <summary>Limits and habits of the Images API.</summary>
internal sealed record OpenAiOptions
{
    public const string Section = "OpenAi";

    /// <summary>Sizes that are made where the model can paint such a shape; its native size is always among them. "WIDTHxHEIGHT".</summary>
    [Required]
    public string[] Sizes { get; init; } = ["256x256", "512x512", "1024x1024", "1536x1024", "1024x1536", "1792x1024", "1024x1792"];

    /// <summary>What "auto" and no size mean for a picture that is made anew; an edit keeps its picture's size.</summary>
    [Required]
    public string DefaultSize { get; init; } = "1024x1024";

    /// <summary>How many times longer a side may be than what the model paints: past that a picture is only blurred.</summary>
    [Range(1, 16)]
    public double MaxUpscale { get; init; } = 6;

    /// <summary>Names that programs ask for and that mean the model of the site: whatever begins with one of these.</summary>
    [Required]
    public string[] DefaultModelNames { get; init; } = ["dall-e-", "image-alpha-001", "gpt-image-", "chatgpt-image-"];

    /// <summary>Pictures of one request, as the field has it.</summary>
    [Range(1, 10)]
    public int MaxPictures { get; init; } = 10;

    /// <summary>Pictures that a request for an edit may bring.</summary>
    [Range(1, 16)]
    public int MaxInputPictures { get; init; } = 16;

    /// <summary>Bytes of a request without pictures.</summary>
    [Range(1_024, 16 << 20)]
    public long MaxBodyBytes { get; init; } = 256 << 10;

    /// <summary>Bytes of a request with pictures; those past the first 64 KiB go to the disk while they come.</summary>
    [Range(1_024, 1L << 30)]
    public long MaxUploadBytes { get; init; } = 64L << 20;

    /// <summary>Bytes of a request that brings its pictures inside JSON, which has to be in memory as a whole, and its pictures beside it.</summary>
    [Range(1_024, 64 << 20)]
    public long MaxJsonUploadBytes { get; init; } = 16 << 20;

    /// <summary>Bytes of JSON bodies with pictures that are in memory at once, over all people; further ones wait on the disk.</summary>
    [Range(64 << 20, 1L << 31)]
    public long JsonMemoryBytes { get; init; } = 64 << 20;

    /// <summary>How many requests may wait for <see cref="JsonMemoryBytes"/> before further ones are sent away.</summary>
    [Range(0, 10_000)]
    public int MaxWaitingJson { get; init; } = 32;

    /// <summary>Width times height of a picture that is edited, and so of the result: 2,048 squared.</summary>
    [Range(65_536, 16_777_216)]
    public long MaxEditPixels { get; init; } = 4_194_304;

    /// <summary>Requests of one person in a minute, whatever keys they use; so many may come at once.</summary>
    [Range(1, 100_000)]
    public int RequestsPerMinute { get; init; } = 60;

    /// <summary>What a client is told to wait when the queue is full or the site busy.</summary>
    [Range(1, 3_600)]
    public int RetryAfterSeconds { get; init; } = 5;

    /// <summary>How long a request waits for its pictures before the job is canceled. The official clients give up after ten minutes.</summary>
    [Range(1, 3_600)]
    public int MaxWaitSeconds { get; init; } = 590;

    /// <summary>How long to go without a hint before the job's row is read again: another replica's worker makes no hints here.</summary>
    [Range(50, 60_000)]
    public int PollMs { get; init; } = 2_000;

    /// <summary>How long the address of a result works.</summary>
    [Range(1, 10_080)]
    public int LinkMinutes { get; init; } = 60;
}
