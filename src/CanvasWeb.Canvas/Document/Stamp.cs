using System.Globalization;
using System.Text.Json.Serialization;

namespace CanvasWeb.Canvas.Document;

/// <summary>
/// Which op wrote something: known to its client at once and the same after the server has ordered it, so that optimistic and confirmed
/// state carry equal stamps. On the wire <c>client:seq</c>.
/// </summary>
[JsonConverter(typeof(Stamp.Converter))]
public readonly record struct Stamp(ClientId Client, long ClientSeq)
{
    /// <exception cref="ArgumentException">Not of the form <c>client:seq</c> with a sequence number from 1.</exception>
    public static Stamp Parse(string? text)
    {
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (text is null || colon < 0
            || !ClientId.TryParse(text[..colon], out var client)
            || !long.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var clientSeq)
            || clientSeq < 1)
            throw new ArgumentException($"\"{text}\" is no stamp: client:seq is.", nameof(text));
        return new(client, clientSeq);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Client}:{ClientSeq}");

    private sealed class Converter() : TextConverter<Stamp>(Parse, static stamp => stamp.ToString());
}
