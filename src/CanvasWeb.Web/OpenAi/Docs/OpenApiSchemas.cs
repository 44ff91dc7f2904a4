using System.Text.Json.Nodes;

namespace CanvasWeb.Web.OpenAi.Docs;

/// <summary>Shapes of answers in the document. A test holds their names against the records that are written.</summary>
internal static class OpenApiSchemas
{
    public static JsonObject Write() => new()
    {
        ["ImageAnswer"] = Object(
            ("created", Of("integer", "Unix seconds.")),
            ("data", List("ImageDatum")),
            ("background", Of("string")),
            ("output_format", Of("string")),
            ("quality", Of("string", "low, medium or high.")),
            ("size", Of("string")),
            ("usage", Ref("Usage")),
            ("model", Of("string", "The model that made it."))),
        ["ImageDatum"] = Object(("url", Of("string", "Only one of the two is there.")), ("b64_json", Of("string"))),
        ["Usage"] = Object(
            ("total_tokens", Of("integer", "Credits: clients read numbers of tokens here.")),
            ("input_tokens", Of("integer")),
            ("output_tokens", Of("integer")),
            ("input_tokens_details", Object(("text_tokens", Of("integer")), ("image_tokens", Of("integer")))),
            ("credits", Of("integer", "What it cost."))),
        ["ImageEvent"] = Object(
            ("type", Of("string", "image_generation.partial_image, image_generation.completed, image_edit.partial_image or image_edit.completed; an event named error has an Error.")),
            ("b64_json", Of("string")),
            ("created_at", Of("integer", "Unix seconds.")),
            ("size", Of("string")),
            ("quality", Of("string")),
            ("background", Of("string")),
            ("output_format", Of("string")),
            ("partial_image_index", Of("integer", "From 0, of partial images.")),
            ("usage", Ref("Usage"))),
        ["ModelList"] = Object(("object", Of("string")), ("data", List("Model"))),
        ["Model"] = Object(
            ("id", Of("string")),
            ("object", Of("string")),
            ("created", Of("integer", "Unix seconds: since when the site knows it.")),
            ("owned_by", Of("string")),
            ("title", Of("string")),
            ("online", Of("boolean", "Is a worker with it there just now? Without one requests wait.")),
            ("native_size", Of("string", "What the model paints by itself. Larger sizes are enlarged and take longer.")),
            ("sizes", new JsonObject { ["type"] = "array", ["items"] = Of("string") }),
            ("edits", Of("boolean")),
            ("variations", Of("boolean"))),
        ["Error"] = Object(("error", Object(
            ("message", Of("string", "An English sentence that says what to do.")),
            ("type", Of("string")),
            ("param", new JsonObject { ["type"] = new JsonArray("string", "null"), ["description"] = "The parameter that is wrong." }),
            ("code", new JsonObject { ["type"] = new JsonArray("string", "null"), ["description"] = "Stable, for programs." })))),
        ["WebhookMessage"] = Object(("type", Of("string")), ("timestamp", Of("string", "ISO 8601, of the event.")), ("data", Ref("Job"))),
        ["Job"] = Object(
            ("id", Of("string")),
            ("object", Of("string")),
            ("status", Of("string", "succeeded, failed or canceled.")),
            ("task", Of("string")),
            ("model", Of("string")),
            ("count", Of("integer", "Pictures that were asked for.")),
            ("credits", Of("integer", "What it cost: nothing unless it succeeded.")),
            ("request_id", Of("string")),
            ("board_id", new JsonObject { ["type"] = new JsonArray("string", "null"), ["description"] = "Null for jobs of the API." }),
            ("created_at", Of("string")),
            ("finished_at", Of("string")),
            ("error", new JsonObject { ["oneOf"] = new JsonArray(Object(("code", Of("string")), ("message", Of("string"))), new JsonObject { ["type"] = "null" }) }),
            ("results", new JsonObject { ["type"] = "array", ["items"] = Object(("index", Of("integer")), ("sha256", Of("string")), ("width", Of("integer")), ("height", Of("integer"))) })),
    };

    private static JsonObject Object(params ReadOnlySpan<(string Name, JsonNode Schema)> properties)
    {
        var written = new JsonObject();
        foreach (var (name, schema) in properties)
            written[name] = schema;
        return new() { ["type"] = "object", ["properties"] = written };
    }

    private static JsonObject Of(string type, string? description = null)
    {
        var schema = new JsonObject { ["type"] = type };
        if (description is not null)
            schema["description"] = description;
        return schema;
    }

    private static JsonObject List(string schema) => new() { ["type"] = "array", ["items"] = Ref(schema) };

    private static JsonObject Ref(string schema) => new() { ["$ref"] = "#/components/schemas/" + schema };
}
