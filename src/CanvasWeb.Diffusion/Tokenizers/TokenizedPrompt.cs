namespace CanvasWeb.Diffusion.Tokenizers;

/// <summary>A prompt as a text encoder reads it.</summary>
/// <param name="Ids">As many ids as asked for: start token, text, end token, padding.</param>
/// <param name="TokenCount">Positions in use, start and end token included.</param>
/// <param name="DroppedWords">
/// The words that did not fit, wholly or in part, in order and as they were written; at most <see cref="MaxDroppedWords"/>. Empty when
/// everything fitted.
/// </param>
public sealed record TokenizedPrompt(int[] Ids, int TokenCount, IReadOnlyList<string> DroppedWords)
{
    /// <summary>Most words that are named; an error that lists more helps nobody.</summary>
    public const int MaxDroppedWords = 64;
}
