using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Boards.Wire;

/// <summary>Somebody who has the board open, as the others see them: one for each open tab.</summary>
/// <param name="Client">The tab.</param>
/// <param name="Colour">0 to 11.</param>
/// <param name="Presence">Null until the tab has told.</param>
internal sealed record BoardPerson(ClientId Client, ActorId Actor, string Name, int Colour, BoardRole Role, Presence? Presence = null);
