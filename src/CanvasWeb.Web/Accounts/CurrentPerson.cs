namespace CanvasWeb.Web.Accounts;

/// <summary>What pages show of the person who looks at them.</summary>
/// <param name="Colour">Which of the twelve colours for people, 0 to 11.</param>
/// <param name="Language">A culture name like "pt"; empty follows the browser.</param>
/// <param name="Theme">"light", "dark", or empty to follow the system.</param>
internal sealed record CurrentPerson(string Id, string DisplayName, int Colour, string Language, string Theme, bool IsAdmin, bool IsDemo);
