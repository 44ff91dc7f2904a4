namespace CanvasWeb.Web.Boards;

/// <summary>Names the words of the page of all boards: BoardsText.resx.</summary>
internal sealed class BoardsText;
