using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Generation;

/// <summary>Limits and times of jobs and their queue.</summary>
internal sealed record GenerationOptions
{
    public const string Section = "Generation";

    /// <summary>Credits for one picture of a model's native area.</summary>
    [Range(0, 1_000)]
    public int CreditsPerPicture { get; init; } = 1;

    /// <summary>Credits for each megapixel of a picture that was enlarged.</summary>
    [Range(0, 1_000)]
    public int CreditsPerUpscaledMegapixel { get; init; } = 1;

    /// <summary>Pixels of a picture that was enlarged: 4,096 squared, as uploads may have.</summary>
    [Range(1, 100_000_000)]
    public long MaxUpscaledPixels { get; init; } = 16_777_216;

    /// <summary>Characters of a prompt, and of a negative prompt.</summary>
    [Range(1, 2_000)]
    public int MaxPromptLength { get; init; } = 1_000;

    /// <summary>Pictures of one job on a board.</summary>
    [Range(1, 8)]
    public int MaxCount { get; init; } = 8;

    /// <summary>Pictures of one job of a program. A request is never split: of two jobs one could be paid for and the other fail.</summary>
    [Range(1, 10)]
    public int MaxDirectCount { get; init; } = 10;

    /// <summary>Waiting jobs of one person; those of programs are counted apart, so that a script never keeps its owner from painting.</summary>
    [Range(1, 1_000)]
    public int MaxQueuedPerUser { get; init; } = 16;

    /// <summary>Jobs of one person that run at the same time, however many workers are idle.</summary>
    [Range(1, 1_000)]
    public int MaxRunningPerUser { get; init; } = 4;

    /// <summary>Waiting jobs of all people.</summary>
    [Range(1, 100_000)]
    public int MaxQueued { get; init; } = 2_000;

    /// <summary>A lease that is not renewed for this long goes to another worker.</summary>
    [Range(2, 600)]
    public int LeaseSeconds { get; init; } = 30;

    [Range(1, 300)]
    public int HeartbeatSeconds { get; init; } = 10;

    /// <summary>What is left of a lease when the worker's connection breaks: long enough to connect again, short enough not to keep people waiting for a dead one.</summary>
    [Range(0, 600)]
    public int DisconnectGraceSeconds { get; init; } = 5;

    /// <summary>Lost or failed attempts after which a job is given up: it may be what kills its workers.</summary>
    [Range(1, 20)]
    public int MaxCrashes { get; init; } = 3;

    /// <summary>A job that has not ended by then is given up and costs nothing. Its hold lives an hour longer.</summary>
    [Range(1, 720)]
    public int MaxOpenHours { get; init; } = 24;

    [Range(1, 3_600)]
    public int SweepSeconds { get; init; } = 5;

    /// <summary>Waiting so long raises a background job's priority by one.</summary>
    [Range(1, 86_400)]
    public int AgeingSeconds { get; init; } = 300;

    /// <summary>Bytes of one uploaded result.</summary>
    [Range(1_024, 1L << 30)]
    public long MaxResultBytes { get; init; } = 64L << 20;

    /// <summary>Jobs on one page of a history or a list.</summary>
    [Range(1, 500)]
    public int PageSize { get; init; } = 50;
}
