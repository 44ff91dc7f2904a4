using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Diffusion.Tokenizers;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Prompts to the ids that a text encoder reads.</summary>
internal static class PromptTokens
{
    /// <summary>How messages call the two texts.</summary>
    public const string Prompt = "prompt";

    public const string NegativePrompt = "negative prompt";

    /// <summary>Ids of one prompt, padded to <paramref name="length"/>.</summary>
    /// <param name="side">Which of the two it is, for the message.</param>
    /// <exception cref="GenerationException">"prompt_too_long": names the words that would be cut; nothing is ever cut silently.</exception>
    public static TokenizedPrompt Encode(ClipTokenizer tokenizer, string text, int length, string side)
    {
        var tokens = tokenizer.Encode(text, length);
        if (tokens.DroppedWords.Count == 0)
            return tokens;
        var more = tokens.DroppedWords.Count >= TokenizedPrompt.MaxDroppedWords ? " ..." : "";
        throw new GenerationException("prompt_too_long", FormattableString.Invariant($"The {side} is too long for this model, which reads {length - 2} tokens. These words would be cut: {string.Join(' ', tokens.DroppedWords)}{more}. Shorten it."));
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
