using System.Globalization;

namespace CanvasWeb.Web.Admin.Log;

/// <summary>Which entries of the audit log are shown or exported. What is empty filters nothing.</summary>
/// <param name="Actor">An id, an address or a whole name.</param>
/// <param name="Action">The beginning of an action: "user." is everything done to people.</param>
/// <param name="Subject">The beginning of a subject, like "job:".</param>
/// <param name="From">The first day, UTC.</param>
/// <param name="Until">The last day, UTC.</param>
internal sealed record LogFilter(string? Actor, string? Action, string? Subject, DateOnly? From, DateOnly? Until)
{
    private const string Days = "yyyy-MM-dd";

    public static LogFilter Parse(string? actor, string? action, string? subject, string? from, string? until) => new(Words(actor), Words(action), Words(subject), Day(from), Day(until));

    public bool IsEmpty => this is { Actor: null, Action: null, Subject: null, From: null, Until: null };

    public string Query => QueryString.Create(
        new (string Name, string? Value)[] { ("actor", Actor), ("action", Action), ("subject", Subject), ("from", Text(From)), ("until", Text(Until)) }
            .Where(static part => part.Value is not null).Select(static part => KeyValuePair.Create(part.Name, part.Value))).ToString();

    public static string? Text(DateOnly? day) => day?.ToString(Days, CultureInfo.InvariantCulture);

    private static string? Words(string? typed) => typed?.Trim() is { Length: > 0 and <= 128 } words ? words : null;

    private static DateOnly? Day(string? typed) => DateOnly.TryParseExact(typed, Days, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
