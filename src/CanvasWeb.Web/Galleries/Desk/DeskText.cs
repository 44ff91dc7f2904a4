namespace CanvasWeb.Web.Galleries.Desk;

/// <summary>Names the words of the owner's side of galleries: DeskText.resx.</summary>
internal sealed class DeskText;
