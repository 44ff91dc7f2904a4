namespace CanvasWeb.Web.OpenAi.Docs;

/// <summary>A parameter as the page writes it. Public because components are.</summary>
/// <param name="Kind">Its type and whether it is required.</param>
/// <param name="Facts">Choices, bounds and what leaving it out means; may be empty.</param>
public sealed record ParameterRow(string Name, string Kind, string Description, string Facts);
