using System.Globalization;

namespace CanvasWeb.Web.Admin;

/// <summary>Where the page before ended, in a list that is ordered by time and then by id, newest first. In the address of the next page.</summary>
internal readonly record struct PageCursor(DateTimeOffset At, string Id)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.ToUnixTimeMilliseconds()}.{Id}");

    /// <summary>Null for anything that is none: then the list begins at its top.</summary>
    public static PageCursor? Parse(string? text)
    {
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return dot > 0 && long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms < 253_402_300_800_000 // The year 10000.
            ? new(DateTimeOffset.FromUnixTimeMilliseconds(ms), text![(dot + 1)..]) // It has a dot.
            : null;
    }
}
