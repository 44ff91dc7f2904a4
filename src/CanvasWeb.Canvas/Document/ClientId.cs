using System.Text.Json.Serialization;

namespace CanvasWeb.Canvas.Document;

/// <summary>Names one browser tab (or program) for one visit: a reload gets a new one, so that its op numbers start at 1.</summary>
[JsonConverter(typeof(ClientId.Converter))]
public readonly record struct ClientId
{
    private readonly string? _value;

    /// <exception cref="ArgumentException">Not 1 to 40 letters, digits, "_" or "-".</exception>
    public ClientId(string value) => _value = Token.Check(value, "client id");

    /// <summary>The text; empty only for <c>default</c>, which no op can carry.</summary>
    public string Value => _value ?? "";

    public static bool TryParse(string? text, out ClientId id)
    {
        var valid = Token.IsValid(text);
        id = valid ? new(text! /* IsValid refuses null */) : default;
        return valid;
    }

    public override string ToString() => Value;

    private sealed class Converter() : TextConverter<ClientId>(static text => new(text ?? ""), static id => id.Value);
}
