namespace CanvasWeb.Inference.Output;

/// <summary>What <c>bench --json</c> prints.</summary>
internal sealed record BenchReport
{
    public required ModelReference Model { get; init; }

    public required MachineDescription Machine { get; init; }

    public OverheadResult? Overhead { get; init; }

    public SpeedResult? Speed { get; init; }

    public MemoryResult? Memory { get; init; }

    public required SoftwareVersions Versions { get; init; }

    /// <summary>
    /// Each measured bar on its own. What is timed counts twice, by wall time and by processor time: a miss by wall time alone says that the
    /// machine was busy with something else.
    /// </summary>
    public IReadOnlyList<BarResult> Bars =>
    [
        .. Overhead is { } overhead ? (BarResult[])[new BarResult("overhead, wall time", overhead.Ratio, overhead.RatioBar), new BarResult("overhead, processor time", overhead.CpuRatio, overhead.RatioBar)] : [],
        .. Speed is { FirstPreviewMs: { } preview, FirstPreviewCpuMs: { } previewCpu, FirstPreviewBarMs: var previewBar }
            ? (BarResult[])[new BarResult("first preview in ms, wall time", preview, previewBar), new BarResult("first preview in ms, processor time", previewCpu, previewBar)] : [],
        .. Speed is { } speed ? (BarResult[])[new BarResult("picture in ms, wall time", speed.PictureMs, speed.PictureBarMs), new BarResult("picture in ms, processor time", speed.PictureCpuMs, speed.PictureBarMs)] : [],
        .. Memory is { } memory ? (BarResult[])[new BarResult("growth of memory", memory.Growth, memory.GrowthBar)] : [],
    ];
}

/// <summary>One measure against the most that it may be.</summary>
/// <param name="Name">With the unit; a stable name for programs.</param>
internal sealed record BarResult(string Name, double Value, double Bar)
{
    /// <summary>A value that is no number misses.</summary>
    public bool Met => Value <= Bar;
}

/// <param name="Cores">That this process may use.</param>
/// <param name="LoadAverage">Of the last minute at the start, where the system tells it: what else was running.</param>
internal sealed record MachineDescription(string Os, string Architecture, int Cores, double? LoadAverage);

/// <summary>Pipeline over bare models.</summary>
internal sealed record OverheadResult
{
    public required int Pairs { get; init; }

    /// <summary>Graph runs of one picture, previews included.</summary>
    public required int ModelCalls { get; init; }

    /// <summary>Median.</summary>
    public required double PipelineMs { get; init; }

    /// <summary>Median.</summary>
    public required double BareMs { get; init; }

    /// <summary>Median of the pairs' ratios.</summary>
    public required double Ratio { get; init; }

    /// <summary>The same of processor times: where other work shares the machine, the steadier one.</summary>
    public required double CpuRatio { get; init; }

    /// <summary>The project's bar for the CPU.</summary>
    public double RatioBar { get; init; } = 1.03;
}

/// <summary>Medians over several loads.</summary>
internal sealed record SpeedResult
{
    public required int Loads { get; init; }

    public required int Steps { get; init; }

    public required double LoadMs { get; init; }

    /// <summary>After loading, the first preview as a WebP file in memory; null where the model gives no previews.</summary>
    public required double? FirstPreviewMs { get; init; }

    /// <summary>Processor time until then, over all threads.</summary>
    public required double? FirstPreviewCpuMs { get; init; }

    public double FirstPreviewBarMs { get; init; } = 300;

    /// <summary>The first picture after loading, all previews encoded.</summary>
    public required double FirstPictureMs { get; init; }

    /// <summary>A later one.</summary>
    public required double PictureMs { get; init; }

    /// <summary>Processor time of a later one.</summary>
    public required double PictureCpuMs { get; init; }

    public double PictureBarMs { get; init; } = 2000;
}

/// <summary>Resident memory over many pictures.</summary>
internal sealed record MemoryResult
{
    public required int Pictures { get; init; }

    public required long ResidentBytesAfterWarmUp { get; init; }

    public required long ResidentBytesAtEnd { get; init; }

    /// <summary>0.01 is one per cent.</summary>
    public required double Growth { get; init; }

    public double GrowthBar { get; init; } = 0.05;
}
