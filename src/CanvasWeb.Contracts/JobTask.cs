using System.Text.Json.Serialization;

namespace CanvasWeb.Contracts;

/// <summary>What a worker is asked for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobTask>))]
public enum JobTask
{
    /// <summary>From words alone; no input.</summary>
    TextToImage,

    /// <summary>The marked part of a crop anew, inside or over the edge of what is there: inputs <see cref="JobInputs.Crop"/> and <see cref="JobInputs.New"/>.</summary>
    Inpaint,

    /// <summary>Another picture like the input <see cref="JobInputs.Picture"/>.</summary>
    Variation,

    /// <summary>Pictures between the inputs <see cref="JobInputs.Picture"/> and <see cref="JobInputs.Other"/>: one for each of <see cref="JobLease.Thetas"/>.</summary>
    Interpolation,

    /// <summary>The input <see cref="JobInputs.Picture"/> changed as one caption changes into another: from <see cref="JobLease.FromPrompt"/> to <see cref="JobLease.Prompt"/>, as far as <see cref="JobLease.Thetas"/> say.</summary>
    TextDiff,

    /// <summary>The input <see cref="JobInputs.Picture"/> through the model's own upscaler: <see cref="ModelDescription.UpscaleFactor"/> times as wide and high. No words are needed.</summary>
    Upscale,
}
