using System.Text.Json.Serialization;

namespace CanvasWeb.Web.OpenAi.Answers;

/// <summary>One picture: its address, or its bytes.</summary>
internal sealed record ImageDatum(string? Url, [property: JsonPropertyName("b64_json")] byte[]? Bytes);
