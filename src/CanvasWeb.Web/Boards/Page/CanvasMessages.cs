using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Boards.Page;

/// <summary>
/// Reads what the canvas sends and writes what it is told, in the same JSON as the board's hub. Unlike there, members that are not known here
/// are passed over: the page and its script come from one build, and the canvas may tell more than the chrome looks at.
/// </summary>
internal static class CanvasMessages
{
    private static readonly JsonSerializerOptions s_options = new(CanvasJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        RespectRequiredConstructorParameters = false,
        MaxDepth = 32,
    };

    public static CanvasState ReadState(JsonElement json)
    {
        var state = json.Deserialize<CanvasState>(s_options) ?? new CanvasState();
        // "brush" is the name on the wire; here it would be the name of the record as well.
        return json.TryGetProperty("brush", out var brush) ? state with { CurrentBrush = brush.Deserialize<CanvasState.Brush>(s_options) } : state;
    }

    /// <summary>The answer to "generate": null when the job was taken.</summary>
    public static GenerationRefusal? ReadRefusal(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("refusal", out var refusal) ? refusal.Deserialize<GenerationRefusal>(s_options) : null;

    /// <summary>For an argument of "run": Blazor's own serialiser writes enums as numbers and knows no ids.</summary>
    public static JsonNode? Write<T>(T value) => JsonSerializer.SerializeToNode(value, s_options);
}
