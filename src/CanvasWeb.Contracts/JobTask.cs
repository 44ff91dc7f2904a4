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
}
