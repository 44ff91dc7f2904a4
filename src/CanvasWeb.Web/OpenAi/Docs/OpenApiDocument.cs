using System.Globalization;
using System.Text.Json.Nodes;
using CanvasWeb.Web.ApiKeys;
using CanvasWeb.Web.Webhooks;

namespace CanvasWeb.Web.OpenAi.Docs;

/// <summary>The reference as an OpenAPI 3.1 document. Written by hand: the shapes are few, and what generators know of them is less than what <see cref="ApiReference"/> says.</summary>
internal static class OpenApiDocument
{
    public static JsonObject Write(ApiReference reference, string serverUrl)
    {
        var paths = new JsonObject();
        foreach (var group in reference.Operations.GroupBy(static operation => operation.Path, StringComparer.Ordinal))
            paths[group.Key] = new JsonObject(group.Select(operation => KeyValuePair.Create(operation.Method.ToLowerInvariant(), (JsonNode?)Operation(operation))));
        return new()
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "CanvasWeb Images API",
                ["version"] = "1",
                ["description"] = "Makes, changes and varies pictures, in the form that clients of the OpenAI Images API speak: give them this site's address with /v1 and a key.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = serverUrl }),
            ["paths"] = paths,
            ["webhooks"] = new JsonObject(WebhookEvents.All.Select(static type => KeyValuePair.Create(type, (JsonNode?)Webhook(type)))),
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = $"A key that begins with {ApiKeyScheme.Prefix}, made on the page /account/keys." } },
                ["schemas"] = OpenApiSchemas.Write(),
            },
        };
    }

    private static JsonObject Operation(ApiOperation operation)
    {
        var parameters = new JsonArray([.. operation.Route.Select(static parameter => (JsonNode)new JsonObject
        {
            ["name"] = parameter.Name, ["in"] = "path", ["required"] = true, ["description"] = parameter.Description, ["schema"] = Schema(parameter),
        })]);
        var written = new JsonObject { ["operationId"] = operation.Id, ["summary"] = operation.Title, ["description"] = operation.Description };
        if (operation.Body.Count != 0)
        {
            parameters.Add(new JsonObject
            {
                ["name"] = "Idempotency-Key",
                ["in"] = "header",
                ["required"] = false,
                ["description"] = "A text of your own. The same request with the same key is made and paid for once, however often it is sent.",
                ["schema"] = new JsonObject { ["type"] = "string", ["maxLength"] = 255 },
            });
            written["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject { ["application/json"] = Media(Body(operation, isForm: false)), ["multipart/form-data"] = Media(Body(operation, isForm: true)) },
            };
        }

        if (parameters.Count != 0)
            written["parameters"] = parameters;
        // An empty list says that none is needed; the scope of a bearer key may stand in it since OpenAPI 3.1.
        written["security"] = operation.Scope is null ? [] : new JsonArray(new JsonObject { ["key"] = new JsonArray(operation.Scope) });
        written["responses"] = Responses(operation);
        return written;
    }

    private static JsonObject Responses(ApiOperation operation)
    {
        var content = operation.Answer.Contains('/', StringComparison.Ordinal)
            ? new JsonObject { [operation.Answer] = new JsonObject() }
            : new JsonObject { ["application/json"] = Media(Ref(operation.Answer)) };
        if (operation.Streams)
            content["text/event-stream"] = Media(Ref("ImageEvent"));
        var responses = new JsonObject { ["200"] = new JsonObject { ["description"] = operation.Title, ["content"] = content } };
        foreach (var status in operation.Errors.Order())
        {
            var codes = ApiReference.Problems.Where(problem => problem.Status == status).Select(static problem => problem.Code);
            responses[status.ToString(CultureInfo.InvariantCulture)] = new JsonObject { ["description"] = string.Join(", ", codes), ["content"] = new JsonObject { ["application/json"] = Media(Ref("Error")) } };
        }

        return responses;
    }

    private static JsonObject Body(ApiOperation operation, bool isForm) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(operation.Body.Select(parameter => KeyValuePair.Create(parameter.Name, (JsonNode?)(parameter.Type == "file" ? File(parameter, isForm) : Schema(parameter))))),
        ["required"] = new JsonArray([.. operation.Body.Where(static parameter => parameter.IsRequired).Select(static parameter => (JsonNode)parameter.Name)]),
        ["additionalProperties"] = false,
    };

    private static JsonObject File(ApiParameter parameter, bool isForm) => isForm
        ? new() { ["type"] = "string", ["contentMediaType"] = "image/*", ["description"] = parameter.Description }
        : new() { ["type"] = "string", ["contentEncoding"] = "base64", ["description"] = parameter.Description };

    private static JsonObject Schema(ApiParameter parameter)
    {
        var schema = new JsonObject { ["type"] = parameter.Type, ["description"] = parameter.Default is null ? parameter.Description : $"{parameter.Description} Without it: {parameter.Default}." };
        if (parameter.Values.Count != 0)
            schema["enum"] = new JsonArray([.. parameter.Values.Select(static value => (JsonNode)value)]);
        if (parameter.Least is { } least)
            schema["minimum"] = least;
        if (parameter.Most is { } most)
            schema["maximum"] = most;
        if (parameter.MostCharacters is { } characters)
            schema["maxLength"] = characters;
        if (parameter.Pattern is { } pattern)
            schema["pattern"] = pattern;
        if (parameter.IsOld)
            schema["deprecated"] = true;
        return schema;
    }

    private static JsonObject Webhook(string type) => new()
    {
        ["post"] = new JsonObject
        {
            ["operationId"] = type.Replace('.', '_'),
            ["summary"] = type,
            ["description"] = $"Signed as in Standard Webhooks 1.0, in {WebhookSignature.IdHeader}, {WebhookSignature.TimeHeader} and {WebhookSignature.SignatureHeader}. Answer with any 2xx; anything else is tried again later.",
            ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { ["application/json"] = Media(Ref("WebhookMessage")) } },
            ["responses"] = new JsonObject { ["2XX"] = new JsonObject { ["description"] = "Taken." } },
        },
    };

    private static JsonObject Media(JsonNode schema) => new() { ["schema"] = schema };

    private static JsonObject Ref(string schema) => new() { ["$ref"] = "#/components/schemas/" + schema };
}
