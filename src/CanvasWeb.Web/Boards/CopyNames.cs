using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Boards;

/// <summary>Names for copies: "Forest (copy)", then "Forest (copy 2)", also when it is a copy that is copied.</summary>
internal static class CopyNames
{
    private const int Most = 1000;

    public static string Next(string name, IEnumerable<string> taken, IStringLocalizer words)
    {
        var names = taken.ToHashSet(StringComparer.Ordinal);
        var original = Original(name, words);
        for (var number = 1; number < Most; number++)
        {
            var copy = Copy(original, number, words);
            if (!names.Contains(copy))
                return copy;
        }

        return Copy(original, 1, words);
    }

    private static string Original(string name, IStringLocalizer words)
    {
        for (var number = 1; number < Most; number++)
        {
            var ending = Copy("", number, words);
            if (name.Length > ending.Length && name.EndsWith(ending, StringComparison.Ordinal))
                return name[..^ending.Length];
        }

        return name;
    }

    private static string Copy(string name, int number, IStringLocalizer words) => number == 1 ? words["CopyOf", name] : words["CopyOfNumber", name, number];
}
