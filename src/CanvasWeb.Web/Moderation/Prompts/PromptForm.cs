namespace CanvasWeb.Web.Moderation.Prompts;

/// <summary>One way to read a text: as it stands, or with the usual disguises undone. A text is refused if any of them is.</summary>
/// <param name="IsPlain">As it stands.</param>
/// <param name="One">What the digit 1 stands for: i or l.</param>
/// <param name="Keep">How many of three and more equal letters in a row stay: 1 ("poorn" for "poooorn" would be as wrong as "as" for "asss").</param>
internal readonly record struct PromptForm(bool IsPlain, char One, int Keep)
{
    public static readonly PromptForm Plain = new(true, '1', 0);

    /// <summary>Few, because each is one more pass.</summary>
    public static readonly IReadOnlyList<PromptForm> All = [Plain, new(false, 'i', 1), new(false, 'l', 1), new(false, 'i', 2)];
}
