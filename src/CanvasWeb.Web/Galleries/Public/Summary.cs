namespace CanvasWeb.Web.Galleries.Public;

/// <summary>The beginning of a text, for the lines that other sites show.</summary>
internal static class Summary
{
    private const int MostLetters = 200;

    /// <summary>One line, ended after a word.</summary>
    public static string Of(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= MostLetters)
            return line;
        var end = line.LastIndexOf(' ', MostLetters);
        return line[..(end < MostLetters / 2 ? MostLetters : end)] + "…";
    }
}
