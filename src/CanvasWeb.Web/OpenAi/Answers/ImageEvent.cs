using System.Text.Json.Serialization;

namespace CanvasWeb.Web.OpenAi.Answers;

/// <summary>An event of a stream: a picture on its way, or the last one with what it cost.</summary>
internal sealed record ImageEvent(
    string Type,
    [property: JsonPropertyName("b64_json")] byte[] Bytes,
    long CreatedAt,
    string Size,
    string Quality,
    string Background,
    string OutputFormat,
    int? PartialImageIndex,
    ImageUsage? Usage);
