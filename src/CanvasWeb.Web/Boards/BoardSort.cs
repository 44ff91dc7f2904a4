namespace CanvasWeb.Web.Boards;

/// <summary>The order of the page of all boards; the names stand in its address.</summary>
internal enum BoardSort
{
    Edited,
    Created,
    Name,
}
