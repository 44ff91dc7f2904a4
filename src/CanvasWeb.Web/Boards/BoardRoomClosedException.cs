namespace CanvasWeb.Web.Boards;

/// <summary>A room closed before it took a request in: <see cref="BoardHost"/> asks a new one.</summary>
internal sealed class BoardRoomClosedException : Exception;
