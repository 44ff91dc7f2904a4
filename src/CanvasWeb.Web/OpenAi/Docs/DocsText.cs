namespace CanvasWeb.Web.OpenAi.Docs;

/// <summary>Marks DocsText.resx, the words around the reference. The reference itself is English, as the document for programs is.</summary>
internal sealed class DocsText;
