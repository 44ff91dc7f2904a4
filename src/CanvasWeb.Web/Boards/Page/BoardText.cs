namespace CanvasWeb.Web.Boards.Page;

/// <summary>Names the words of the board page and of the canvas: BoardText.resx in English, BoardText.pt.resx and so on beside it.</summary>
internal sealed class BoardText;
