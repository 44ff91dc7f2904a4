namespace CanvasWeb.Web.Moderation;

/// <summary>What the policy says of a text.</summary>
/// <param name="Category">The section of the lists that refuses it: "minors", "sexual", "gore", "hate" or one of the site's own. Null: nothing is wrong with it.</param>
/// <param name="Words">What it goes by, as the person wrote it; empty where nothing is wrong.</param>
internal sealed record PromptVerdict(string? Category, IReadOnlyList<string> Words)
{
    public static readonly PromptVerdict Fine = new(null, []);

    public bool IsRefused => Category is not null;
}
