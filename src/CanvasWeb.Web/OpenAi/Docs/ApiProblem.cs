namespace CanvasWeb.Web.OpenAi.Docs;

/// <summary>An error that programs can meet.</summary>
/// <param name="Code">The envelope's code.</param>
/// <param name="Meaning">English: what it means and what to do.</param>
internal sealed record ApiProblem(int Status, string Type, string Code, string Meaning);
