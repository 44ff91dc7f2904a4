using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Boards.Wire;

/// <param name="Client">The tab's own name for this visit.</param>
/// <param name="HaveSeq">The last op that the tab has; 0 for none.</param>
internal sealed record JoinRequest(string BoardId, ClientId Client, long HaveSeq = 0);
