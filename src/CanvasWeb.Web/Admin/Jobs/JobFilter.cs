using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Admin.Jobs;

/// <summary>Which jobs a list shows. What is empty filters nothing.</summary>
/// <param name="Person">An id, an address or a whole name.</param>
internal sealed record JobFilter(JobState? State, string? Model, string? Person, string? Id)
{
    public static JobFilter Parse(string? state, string? model, string? person, string? id) => new(
        Enum.TryParse<JobState>(state, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : null, Words(model), Words(person), Words(id));

    public string Query => QueryString.Create(
        new (string Name, string? Value)[] { ("state", State?.ToString().ToLowerInvariant()), ("model", Model), ("person", Person), ("id", Id) }
            .Where(static part => part.Value is not null).Select(static part => KeyValuePair.Create(part.Name, part.Value))).ToString();

    private static string? Words(string? typed) => typed?.Trim() is { Length: > 0 and <= 128 } words ? words : null;
}
