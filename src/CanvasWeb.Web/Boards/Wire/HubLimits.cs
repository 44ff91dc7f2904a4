using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;

namespace CanvasWeb.Web.Boards.Wire;

/// <summary>What the browser has to keep to; it checks before it sends, the server checks again.</summary>
/// <param name="MessageBytes">One call of the hub.</param>
/// <param name="PresenceHz">More often is dropped.</param>
internal sealed record HubLimits(BoardLimits Document, FrameLimits Frame, int MessageBytes, int PresenceHz);
