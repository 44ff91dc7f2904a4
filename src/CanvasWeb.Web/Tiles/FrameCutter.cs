using CanvasWeb.Canvas.Frames;

namespace CanvasWeb.Web.Tiles;

internal sealed class FrameCutter
{
    public Task<FrameInputs> CutAsync(FramePlan plan, CancellationToken cancellationToken) => throw new NotSupportedException();
}
