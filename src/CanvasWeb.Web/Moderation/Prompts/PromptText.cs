using System.Globalization;
using System.Text;

namespace CanvasWeb.Web.Moderation.Prompts;

/// <summary>
/// Texts as the lists see them. Everything that looks the same becomes the same: compatibility forms (full width, ligatures, bold
/// mathematics), case, accents, invisible characters. Scripts without spaces (Han, kana) are runs that words are looked for inside of;
/// all others are words. In the forms that undo disguises, also: digits and signs that stand for letters, letters of other scripts that look like
/// Latin ones, letters set apart by spaces or dots, letters said many times. Linear: each character is looked at a fixed number of times.
/// </summary>
internal static class PromptText
{
    private const int SpacedLetters = 3;
    private const int SpacedHan = 2;
    private const int Long = 3;

    // Letters that no decomposition takes apart.
    private static readonly Dictionary<char, string> s_letters = new()
    {
        ['ß'] = "ss", ['æ'] = "ae", ['œ'] = "oe", ['ø'] = "o", ['đ'] = "d", ['ð'] = "d", ['þ'] = "th", ['ł'] = "l", ['ı'] = "i", ['ħ'] = "h", ['ŋ'] = "n",
    };

    // What people write for a letter. 1 depends on the form.
    private static readonly Dictionary<char, char> s_signs = new()
    {
        ['0'] = 'o', ['2'] = 'z', ['3'] = 'e', ['4'] = 'a', ['5'] = 's', ['6'] = 'g', ['7'] = 't', ['8'] = 'b', ['9'] = 'g',
        ['@'] = 'a', ['$'] = 's', ['!'] = 'i', ['|'] = 'l', ['€'] = 'e', ['£'] = 'l', ['+'] = 't', ['¢'] = 'c',
    };

    // Unicode's confusables (UTS 39) of Cyrillic and Greek with Latin letters, as far as they are used to get past lists like ours.
    private static readonly Dictionary<char, char> s_lookalikes = new()
    {
        ['а'] = 'a', ['в'] = 'b', ['с'] = 'c', ['е'] = 'e', ['ѕ'] = 's', ['һ'] = 'h', ['і'] = 'i', ['ј'] = 'j', ['к'] = 'k', ['м'] = 'm', ['н'] = 'h', ['о'] = 'o',
        ['р'] = 'p', ['т'] = 't', ['у'] = 'y', ['х'] = 'x', ['ԁ'] = 'd', ['ԛ'] = 'q', ['ԝ'] = 'w', ['г'] = 'r', ['п'] = 'n',
        ['α'] = 'a', ['β'] = 'b', ['ε'] = 'e', ['η'] = 'n', ['ι'] = 'i', ['κ'] = 'k', ['ν'] = 'v', ['ο'] = 'o', ['ρ'] = 'p', ['τ'] = 't', ['υ'] = 'u', ['χ'] = 'x', ['ω'] = 'w',
    };

    private enum Kind
    {
        Separator,
        Word,

        /// <summary>A script that sets no spaces between words.</summary>
        Run,
    }

    /// <summary>The text as it stands, folded, without spaces around it: what makes two prompts the same.</summary>
    public static string Fold(string text) => Fold(text, PromptForm.Plain).Text.Trim(' ');

    public static FoldedText Fold(string text, PromptForm form)
    {
        // 1. Characters, folded one by one.
        var letters = Letters(text, form);

        // 2. Tokens: words, and runs of scripts without spaces.
        var tokens = Tokens(letters);
        if (!form.IsPlain)
            tokens = Joined(tokens);

        // 3. One space between tokens and at both ends, so that " word " is a whole word.
        var folded = new StringBuilder(letters.Count + tokens.Count + 1).Append(' ');
        var origin = new List<int>(folded.Capacity) { 0 };
        foreach (var token in tokens)
        {
            // Digits are letters only among letters: a year stays a year.
            var hasLetters = token.Exists(static letter => char.IsLetter(letter.Char));
            for (int i = 0, end; i < token.Count; i = end)
            {
                // As many of the same in a row as are there, or as the form keeps: "poooorn".
                var c = Undisguised(token[i].Char, form, hasLetters);
                end = i + 1;
                while (end < token.Count && Undisguised(token[end].Char, form, hasLetters) == c)
                    end++;
                var keep = !form.IsPlain && end - i >= Long ? form.Keep : end - i;
                folded.Append(c, keep);
                for (var k = 0; k < keep; k++)
                    origin.Add(token[i + k].Origin);
            }

            folded.Append(' ');
            origin.Add(token[^1].Origin);
        }

        return new(folded.ToString(), [.. origin]);
    }

    /// <summary>Whether a folded character is of a script without spaces.</summary>
    public static bool IsRun(char folded) => KindOf(folded) == Kind.Run;

    private static List<Letter> Letters(string text, PromptForm form)
    {
        var letters = new List<Letter>(text.Length);
        var at = 0;
        foreach (var rune in text.EnumerateRunes()) // A half of a pair alone becomes U+FFFD, which separates.
        {
            if (rune.IsAscii)
            {
                Add(letters, char.ToLowerInvariant((char)rune.Value), at, form);
            }
            else if (rune.Value > char.MaxValue && !Rune.IsLetterOrDigit(rune))
            {
                letters.Add(new(' ', at, Kind.Separator, IsSign: false)); // Emoji and the like: they come as pairs, whose halves say nothing.
            }
            else
            {
                foreach (var c in rune.ToString().Normalize(NormalizationForm.FormKD).ToLowerInvariant())
                {
                    // Accents, and what is not seen: zero-width spaces and joiners, soft hyphens, directions, variation selectors.
                    if (char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
                        continue;
                    if (s_letters.TryGetValue(c, out var several))
                    {
                        foreach (var one in several)
                            Add(letters, one, at, form);
                    }
                    else
                    {
                        Add(letters, c, at, form);
                    }
                }
            }

            at += rune.Utf16SequenceLength;
        }

        return letters;
    }

    private static void Add(List<Letter> letters, char c, int at, PromptForm form)
    {
        if (!form.IsPlain && s_lookalikes.TryGetValue(c, out var latin))
            c = latin;
        var kind = KindOf(c);
        var isSign = !form.IsPlain && kind == Kind.Separator && s_signs.ContainsKey(c);
        letters.Add(new(c, at, isSign ? Kind.Word : kind, isSign));
    }

    private static Kind KindOf(char c) => c switch
    {
        // Han with its extensions in the first plane, kana, Bopomofo. Those of higher planes come as pairs, whose halves are no letters.
        >= '\u3041' and <= '\u312F' or >= '\u31A0' and <= '\u31FF' or >= '\u3400' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF' or '\u3005' or '\u3007' => Kind.Run,
        _ when char.IsSurrogate(c) => Kind.Run,
        _ when char.IsLetterOrDigit(c) => Kind.Word,
        _ => Kind.Separator,
    };

    private static List<List<Letter>> Tokens(List<Letter> letters)
    {
        var tokens = new List<List<Letter>>();
        List<Letter>? open = null;
        for (var i = 0; i < letters.Count; i++)
        {
            var letter = letters[i];

            // A sign stands for a letter only in front of one: "sh!t", "$ex", but not "wow!".
            var kind = letter.IsSign && (i + 1 == letters.Count || letters[i + 1] is not { Kind: Kind.Word, IsSign: false }) ? Kind.Separator : letter.Kind;
            if (kind == Kind.Separator)
            {
                open = null;
                continue;
            }

            if (open is null || open[0].Kind != kind)
                tokens.Add(open = []);
            open.Add(letter);
        }

        return tokens;
    }

    // "p o r n" and "色.情": letters that stand alone, several in a row, are one word.
    private static List<List<Letter>> Joined(List<List<Letter>> tokens)
    {
        var joined = new List<List<Letter>>(tokens.Count);
        for (var i = 0; i < tokens.Count;)
        {
            var end = i;
            while (end < tokens.Count && tokens[end].Count == 1 && tokens[end][0].Kind == tokens[i][0].Kind)
                end++;
            if (end - i >= (tokens[i][0].Kind == Kind.Run ? SpacedHan : SpacedLetters))
            {
                joined.Add([.. tokens[i..end].Select(static token => token[0])]);
                i = end;
            }
            else
            {
                joined.Add(tokens[i++]);
            }
        }

        return joined;
    }

    private static char Undisguised(char c, PromptForm form, bool hasLetters)
    {
        if (form.IsPlain || !hasLetters || char.IsLetter(c))
            return c;
        return c == '1' ? form.One : s_signs.GetValueOrDefault(c, c);
    }

    private readonly record struct Letter(char Char, int Origin, Kind Kind, bool IsSign);
}
