using System.Text.Json.Serialization;

namespace CanvasWeb.Canvas.Document;

/// <summary>
/// A fractional index: text that sorts ordinally, with room for another key between any two, below all and above all. Layers are kept
/// in this order, so that one moved layer is one written property and nobody else's layer is renumbered.
/// </summary>
/// <remarks>
/// The idea is Greenspan's "Implementing Fractional Indexing" (as used by Figma): an integer of variable length, whose first character
/// tells sign and length, then a base-62 fraction without trailing zeros. Adding at either end only counts the integer up or down, so
/// ten thousand layers added on top cost four characters each, not hundreds.
/// Two clients that insert at the same place at the same moment get different keys through a suffix made from the client's id; should
/// even these collide, <see cref="BoardState.Layers"/> breaks the tie by the node id.
/// </remarks>
[JsonConverter(typeof(OrderKey.Converter))]
public readonly record struct OrderKey : IComparable<OrderKey>
{
    // In ASCII order, so that ordinal comparison of keys is comparison of numbers.
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int Base = 62;

    // Three digits: 238,328 suffixes. A collision needs the same neighbours, the same moment and the same suffix, and costs a tie-break.
    private const int SuffixLength = 3;

    private readonly string? _value;

    /// <exception cref="ArgumentException">Not a key that this class makes.</exception>
    public OrderKey(string value)
    {
        if (!IsValid(value))
            throw new ArgumentException($"\"{value}\" is no order key.", nameof(value));
        _value = value;
    }

    /// <summary>The middle of all keys: what the first layer of an empty board gets.</summary>
    public static OrderKey First => new("a0");

    public string Value => _value ?? "a0";

    public static bool operator <(OrderKey a, OrderKey b) => a.CompareTo(b) < 0;

    public static bool operator >(OrderKey a, OrderKey b) => a.CompareTo(b) > 0;

    public static bool operator <=(OrderKey a, OrderKey b) => a.CompareTo(b) <= 0;

    public static bool operator >=(OrderKey a, OrderKey b) => a.CompareTo(b) >= 0;

    /// <summary>A key strictly between the two; null means no neighbour on that side.</summary>
    /// <param name="client">Who asks: two clients get two keys.</param>
    /// <exception cref="ArgumentException"><paramref name="low"/> is not below <paramref name="high"/>. Layers that tie have no room
    /// between them: pass the next different neighbour.</exception>
    public static OrderKey Between(OrderKey? low, OrderKey? high, ClientId client)
    {
        var middle = Between(low?.Value, high?.Value);

        // The suffix makes the key larger. That is harmless unless the upper neighbour begins with the key: then go down once more.
        while (high is { } above && above.Value.StartsWith(middle, StringComparison.Ordinal))
            middle = Between(low?.Value, middle);
        return new(middle + Suffix(client));
    }

    /// <summary><paramref name="count"/> rising keys strictly between the two, evenly spread: for pasting many layers or for respacing a crowded board.</summary>
    public static IReadOnlyList<OrderKey> Spread(OrderKey? low, OrderKey? high, int count, ClientId client)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var keys = new OrderKey[count];
        if (high is null)
        {
            for (var i = 0; i < count; i++)
                keys[i] = Between(i == 0 ? low : keys[i - 1], null, client);
        }
        else
        {
            Fill(keys, low, high);
        }

        return keys;

        // Halving keeps the keys as short as their number allows.
        void Fill(Span<OrderKey> part, OrderKey? from, OrderKey? to)
        {
            if (part.IsEmpty)
                return;
            var half = part.Length / 2;
            part[half] = Between(from, to, client);
            Fill(part[..half], from, part[half]);
            Fill(part[(half + 1)..], part[half], to);
        }
    }

    public int CompareTo(OrderKey other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    internal static bool IsValid(string? text)
    {
        if (string.IsNullOrEmpty(text) || IntegerLength(text[0]) is not { } length || text.Length < length)
            return false;
        foreach (var digit in text.AsSpan(1))
        {
            if (!char.IsAsciiLetterOrDigit(digit))
                return false;
        }

        // A trailing zero of the fraction is a second spelling of the same number, with no room between the two.
        return text.Length == length || text[^1] != '0';
    }

    private static string Between(string? low, string? high)
    {
        if (low is not null && high is not null && string.CompareOrdinal(low, high) >= 0)
            throw new ArgumentException($"There is no room between {low} and {high}.", nameof(high));
        if (low is null && high is null)
            return "a0";
        if (high is null)
        {
            var (integer, fraction) = Split(low! /* not both are null */);
            return Count(integer, up: true) ?? integer + Middle(fraction, null);
        }

        var (highInteger, highFraction) = Split(high);
        if (low is null)
        {
            if (highFraction.Length > 0)
                return highInteger;
            return Count(highInteger, up: false) ?? throw new ArgumentException("There is no key below the lowest.", nameof(high));
        }

        var (lowInteger, lowFraction) = Split(low);
        if (string.Equals(lowInteger, highInteger, StringComparison.Ordinal))
            return lowInteger + Middle(lowFraction, highFraction);
        var next = Count(lowInteger, up: true);
        return next is not null && string.CompareOrdinal(next, high) < 0 ? next : lowInteger + Middle(lowFraction, null);
    }

    // A fraction strictly between two; an absent upper bound is 1. Neither has a trailing zero, nor has the result.
    private static string Middle(string low, string? high)
    {
        var result = new System.Text.StringBuilder();
        for (var i = 0; ; i++)
        {
            var from = i < low.Length ? Digits.IndexOf(low[i], StringComparison.Ordinal) : 0;
            var to = high is null ? Base : i < high.Length ? Digits.IndexOf(high[i], StringComparison.Ordinal) : 0;
            if (to - from > 1)
                return result.Append(Digits[(from + to) / 2]).ToString();
            result.Append(Digits[from]);

            // One apart: whatever follows `from` stays below the upper bound, so the bound no longer matters.
            if (to - from == 1)
                high = null;
        }
    }

    // The next integer up or down, null past the longest. 'a'..'z' head 1 to 26 digits from zero up, 'Z'..'A' 1 to 26 digits below zero.
    private static string? Count(string integer, bool up)
    {
        var digits = integer.ToCharArray(1, integer.Length - 1);
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            var value = Digits.IndexOf(digits[i], StringComparison.Ordinal) + (up ? 1 : -1);
            if (value is >= 0 and < Base)
            {
                digits[i] = Digits[value];
                return integer[0] + new string(digits);
            }

            digits[i] = up ? '0' : 'z';
        }

        var head = integer[0];
        if (up)
        {
            return head switch
            {
                'z' => null,
                'Z' => "a0",
                _ => (char)(head + 1) + new string('0', IntegerLength((char)(head + 1))!.Value - 1 /* the next head is a letter again */),
            };
        }

        return head switch
        {
            'A' => null,
            'a' => "Zz",
            _ => (char)(head - 1) + new string('z', IntegerLength((char)(head - 1))!.Value - 1 /* the head before is a letter again */),
        };
    }

    private static (string Integer, string Fraction) Split(string key)
    {
        var length = IntegerLength(key[0])!.Value; // Every OrderKey has been checked for its head.
        return (key[..length], key[length..]);
    }

    private static int? IntegerLength(char head) => head switch
    {
        >= 'a' and <= 'z' => head - 'a' + 2,
        >= 'A' and <= 'Z' => 'Z' - head + 2,
        _ => null,
    };

    // FNV-1a over the id: stable between processes, unlike string.GetHashCode.
    private static string Suffix(ClientId client)
    {
        var hash = 2166136261u;
        foreach (var letter in client.Value)
            hash = unchecked((hash ^ letter) * 16777619u);
        Span<char> suffix = stackalloc char[SuffixLength];
        for (var i = 0; i < SuffixLength; i++)
        {
            // The last digit is never zero: a trailing zero has no room below it.
            suffix[i] = i == SuffixLength - 1 ? Digits[1 + (int)(hash % (Base - 1))] : Digits[(int)(hash % Base)];
            hash /= Base;
        }

        return new(suffix);
    }

    private sealed class Converter() : TextConverter<OrderKey>(static text => new(text ?? ""), static key => key.Value);
}
