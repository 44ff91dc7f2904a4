using CanvasWeb.Contracts;

namespace CanvasWeb.Inference.Tests.Worker;

internal static class Leases
{
    public static JobLease TextToImage { get; } = new()
    {
        JobId = "job1",
        Attempt = 1,
        Task = JobTask.TextToImage,
        Model = "canvas-mini",
        Prompt = "a red ball in the forest",
        NegativePrompt = "",
        Seed = 7,
        Count = 1,
        Steps = 2,
        CropWidth = 128,
        CropHeight = 128,
        ModelWidth = 64,
        ModelHeight = 64,
        Frame = new(0, 0, 128, 128),
        Placement = new(0, 0, 128, 128),
        Feather = 0,
        Inputs = [],
    };

    /// <summary>The right half of the frame lies on nothing; the frame leaves a rim of 16 pixels of the crop.</summary>
    public static JobLease Outpaint { get; } = TextToImage with
    {
        Task = JobTask.Inpaint,
        Frame = new(16, 16, 96, 96),
        Placement = new(48, 16, 64, 96),
        Feather = 16,
        Inputs = [JobInputs.Crop, JobInputs.New],
    };

    /// <summary>A job of this kind, with the inputs and settings that it needs: four pictures, of which tests make some.</summary>
    public static JobLease Of(JobTask task) => TextToImage with
    {
        Task = task,
        Inputs = task switch { JobTask.TextToImage => [], JobTask.Interpolation => [JobInputs.Picture, JobInputs.Other], _ => [JobInputs.Picture] },
        Thetas = task is JobTask.Interpolation or JobTask.TextDiff ? [0.1, 0.2, 0.3, 0.4] : null,
        FromPrompt = task == JobTask.TextDiff ? "a red ball on the beach" : null,
    };

    public static JobLease Inpaint { get; } = Outpaint with { Placement = new(32, 32, 32, 32) };
}
