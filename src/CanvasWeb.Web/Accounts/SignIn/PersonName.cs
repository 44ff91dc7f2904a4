using System.Globalization;

namespace CanvasWeb.Web.Accounts.SignIn;

/// <summary>A name that others see on a board.</summary>
internal static class PersonName
{
    public const int MaxLength = 40;

    /// <summary>
    /// The name with single spaces and without what cannot be seen, cut between characters; empty when nothing is left. Control and format
    /// characters go because they let one person's name look like another's.
    /// </summary>
    public static string Clean(string? typed)
    {
        var visible = (typed ?? "").Normalize().EnumerateRunes()
            .Select(static rune => Rune(rune.ToString(), System.Text.Rune.GetUnicodeCategory(rune)));
        var words = string.Join(' ', string.Concat(visible).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var elements = new StringInfo(words);
        var cut = elements.LengthInTextElements <= MaxLength ? words : elements.SubstringByTextElements(0, MaxLength);
        // A character can be built from any number of marks: the column has the last word.
        return cut.Length <= AppUser.DisplayNameLength ? cut : "";
    }

    private static string Rune(string text, UnicodeCategory category) => category switch
    {
        UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => " ",
        UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => "",
        _ => text,
    };
}
