namespace CanvasWeb.Web.Moderation.Prompts;

/// <summary>Texts as the lists see them.</summary>
internal static class PromptText
{
    public static string Fold(string text) => text;
}
