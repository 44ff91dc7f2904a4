using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CanvasWeb.Web.OpenAi;

/// <summary>How the API writes: snake_case, nothing that is null.</summary>
internal static class ApiJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,

        // The answer is JSON and never HTML; the usual encoder writes each + of base64 as six characters.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
