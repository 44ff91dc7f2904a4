namespace CanvasWeb.Web.Boards;

/// <summary>A board could not be read or written just now. Nothing of the request was done.</summary>
internal sealed class BoardUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
