using System.Globalization;

namespace CanvasWeb.Web.OpenAi.Requests;

/// <summary>
/// The parameters of a request, whichever way they came. Reading one that is wrong gives null and keeps what is wrong about it: who has read
/// all of them asks once whether there was an <see cref="Error"/>.
/// </summary>
/// <param name="values">By name; those that were null are not there.</param>
/// <param name="memory">What it holds of a limit; given back with the body.</param>
internal sealed class ApiBody(IReadOnlyDictionary<string, string> values, IReadOnlyList<ApiFile> files, IDisposable? memory = null) : IDisposable
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The first thing that is wrong.</summary>
    public ApiError? Error { get; private set; }

    public IReadOnlyList<ApiFile> Images { get; } = [.. files.Where(static file => file.Name == "image")];

    public IReadOnlyList<ApiFile> Masks { get; } = [.. files.Where(static file => file.Name == "mask")];

    public string? Text(string name, int maxLength)
    {
        if (Find(name) is not { } text)
            return null;
        return text.Length <= maxLength ? text : Fail<string>("string_above_max_length", FormattableString.Invariant($"'{name}' has at most {maxLength} characters."), name);
    }

    public int? Whole(string name, int least, int most) =>
        Find(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : FailValue<int>("invalid_value", FormattableString.Invariant($"'{name}' is a whole number from {least} to {most}."), name);

    public long? Long(string name, long least, long most) =>
        Find(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : FailValue<long>("invalid_value", FormattableString.Invariant($"'{name}' is a whole number from {least} to {most}."), name);

    public double? Number(string name, double least, double most) =>
        Find(name) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : FailValue<double>("invalid_value", FormattableString.Invariant($"'{name}' is a number from {least} to {most}."), name);

    public bool? Flag(string name) => Find(name) switch
    {
        null => null,
        "true" or "True" or "1" => true,
        "false" or "False" or "0" => false,
        _ => FailValue<bool>("invalid_value", $"'{name}' is true or false.", name),
    };

    public string? OneOf(string name, params ReadOnlySpan<string> allowed)
    {
        if (Find(name) is not { } text)
            return null;
        return allowed.Contains(text) ? text : Fail<string>("invalid_value", $"'{name}' is one of {string.Join(", ", allowed.ToArray())}.", name);
    }

    public void Fail(ApiError error) => Error ??= error;

    /// <summary>Refuses what nobody has asked for: a parameter that is silently left out is a picture that somebody did not want.</summary>
    public void RefuseUnknown()
    {
        if (values.Keys.FirstOrDefault(name => !_known.Contains(name)) is { } unknown)
            Fail(ApiError.Bad("unknown_parameter", $"Unknown parameter: '{unknown}'.", unknown));
    }

    public void Dispose() => memory?.Dispose();

    private string? Find(string name)
    {
        _known.Add(name);
        return values.GetValueOrDefault(name);
    }

    private T? Fail<T>(string code, string message, string name)
        where T : class
    {
        Fail(ApiError.Bad(code, message, name));
        return null;
    }

    private T? FailValue<T>(string code, string message, string name)
        where T : struct
    {
        Fail(ApiError.Bad(code, message, name));
        return null;
    }
}
