using System.Text.Json.Serialization;

namespace CanvasWeb.Canvas.Document;

/// <summary>The person behind a client, as an opaque public key of the account. Set by the server, never taken from a client.</summary>
[JsonConverter(typeof(ActorId.Converter))]
public readonly record struct ActorId
{
    private readonly string? _value;

    /// <exception cref="ArgumentException">Not 1 to 40 letters, digits, "_" or "-".</exception>
    public ActorId(string value) => _value = Token.Check(value, "actor id");

    /// <summary>The text; empty only for <c>default</c>, which no op can carry.</summary>
    public string Value => _value ?? "";

    public static bool TryParse(string? text, out ActorId id)
    {
        var valid = Token.IsValid(text);
        id = valid ? new(text! /* IsValid refuses null */) : default;
        return valid;
    }

    public override string ToString() => Value;

    private sealed class Converter() : TextConverter<ActorId>(static text => new(text ?? ""), static id => id.Value);
}
