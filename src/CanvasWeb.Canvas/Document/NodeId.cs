using System.Text.Json.Serialization;

namespace CanvasWeb.Canvas.Document;

/// <summary>Names one node of a board for ever; made by the client that adds the node (a random token), never used again after a delete.</summary>
[JsonConverter(typeof(NodeId.Converter))]
public readonly record struct NodeId
{
    private readonly string? _value;

    /// <exception cref="ArgumentException">Not 1 to 40 letters, digits, "_" or "-".</exception>
    public NodeId(string value) => _value = Token.Check(value, "node id");

    /// <summary>The text; empty only for <c>default</c>, which no op can carry.</summary>
    public string Value => _value ?? "";

    public static bool TryParse(string? text, out NodeId id)
    {
        var valid = Token.IsValid(text);
        id = valid ? new(text! /* IsValid refuses null */) : default;
        return valid;
    }

    public override string ToString() => Value;

    private sealed class Converter() : TextConverter<NodeId>(static text => new(text ?? ""), static id => id.Value);
}
