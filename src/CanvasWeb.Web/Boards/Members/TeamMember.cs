using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Boards.Members;

/// <summary>Somebody on a board, as the others see them.</summary>
/// <param name="Colour">Which of the twelve colours for people, 0 to 11.</param>
internal sealed record TeamMember(string UserId, string Name, int Colour, BoardRole Role);
