using System.Text.Json.Serialization;

namespace CanvasWeb.Web.OpenAi.Answers;

/// <summary>The answer to a request for pictures.</summary>
/// <param name="Created">Unix seconds.</param>
internal sealed record ImageAnswer(
    long Created, IReadOnlyList<ImageDatum> Data, string Background, string OutputFormat, string Quality, string Size, ImageUsage Usage, [property: JsonPropertyName("model")] string Model);
