namespace CanvasWeb.Web.Moderation.Prompts;

/// <summary>A text as the matcher reads it: small letters without accents, words with one space around each.</summary>
/// <param name="Text">Begins and ends with a space; one space where nothing is left.</param>
/// <param name="Origin">For each character of it, where it comes from in the text that was typed.</param>
internal readonly record struct FoldedText(string Text, int[] Origin);
