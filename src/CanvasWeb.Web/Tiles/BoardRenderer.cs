using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Imaging;

namespace CanvasWeb.Web.Tiles;

internal sealed class BoardRenderer
{
    public Task<PixelImage> RenderAsync(BoardState state, WorldRect rect, PixelSize size, CancellationToken cancellationToken) => throw new NotSupportedException();
}
