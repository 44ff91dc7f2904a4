using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Diffusion.Tokenizers;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Prompts to the ids that a text encoder reads.</summary>
internal static class PromptTokens
{
    /// <summary>How messages call the two texts.</summary>
    public const string Prompt = "prompt";

    public const string NegativePrompt = "negative prompt";

    public const string FromPrompt = "caption to go from";

    /// <summary>Enough to find the place in one's own text.</summary>
    private const int MaxQuotedWords = 5;

    /// <summary>Ids of one prompt, padded to <paramref name="length"/>.</summary>
    /// <param name="side">Which of the two it is, for the message.</param>
    /// <exception cref="GenerationException">"prompt_too_long": names the words that would be cut; nothing is ever cut silently.</exception>
    public static TokenizedPrompt Encode(ClipTokenizer tokenizer, string text, int length, string side)
    {
        var tokens = tokenizer.Encode(text, length);
        if (tokens.DroppedWords.Count == 0)
            return tokens;
        var cut = string.Join(' ', tokens.DroppedWords.Take(MaxQuotedWords));
        var more = tokens.DroppedWords.Count > MaxQuotedWords ? " ..." : "";
        throw new GenerationException("prompt_too_long", FormattableString.Invariant($"The {side} is too long for this model: about the first {WordsRead(tokenizer, text, length)} words are read, and \"{cut}{more}\" would be cut. Shorten it."));
    }

    /// <summary>How many words fit. Each trial reads the text anew; there are as many as a count has bits, and only on the way to a refusal.</summary>
    private static int WordsRead(ClipTokenizer tokenizer, string text, int length)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var (fits, tooMany) = (0, words.Length);
        while (tooMany - fits > 1)
        {
            var middle = (fits + tooMany) / 2;
            if (tokenizer.Encode(string.Join(' ', words[..middle]), length).DroppedWords.Count == 0)
                fits = middle;
            else
                tooMany = middle;
        }

        return fits;
    }

    /// <summary>One row of ids a prompt, as floats: ids are far below 2^24, so they are exact.</summary>
    public static void Write(TokenizedPrompt prompt, Span<float> row)
    {
        for (var i = 0; i < row.Length; i++)
            row[i] = prompt.Ids[i];
    }

    /// <summary>The ids of a prompt, or of a negative prompt and a prompt, <c>[texts, length]</c>; the scope owns it.</summary>
    /// <param name="texts">See <see cref="CheckedRequest.Texts"/>: the last one is the prompt.</param>
    public static Tensor Ids(TensorScope scope, ClipTokenizer tokenizer, int length, ReadOnlySpan<string> texts)
    {
        var ids = scope.New(texts.Length, length);
        for (var i = 0; i < texts.Length; i++)
            Write(Encode(tokenizer, texts[i], length, i == texts.Length - 1 ? Prompt : NegativePrompt), ids.Row(i));
        return ids;
    }
}
