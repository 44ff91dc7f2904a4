using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Tiles.Drawing;

namespace CanvasWeb.Web.Tiles;

/// <summary>Draws what a board shows: in one picture for thumbnails, in bands from the top for exports of any size.</summary>
internal sealed class BoardRenderer(TilePainter painter, PixelBudget budget)
{
    /// <summary>Bytes of a band: wide pictures get low bands, so that the memory is the same for all.</summary>
    public const int BandBytes = 16 << 20;

    // Of a picture that is drawn as a whole.
    private const int BytesPerPixel = 8;

    /// <summary>A small picture of a part of the board, transparent where nothing lies. Made from the stored levels.</summary>
    /// <param name="size">Pixels; the rectangle is stretched to it.</param>
    public async Task<PixelImage> RenderAsync(BoardState state, WorldRect rect, PixelSize size, CancellationToken cancellationToken)
    {
        using var share = await budget.TakeAsync(size.Area * BytesPerPixel, cancellationToken);
        return await PaintAsync(BoardScene.Of(state), rect, size, isExact: false, cancellationToken);
    }

    /// <summary>The same for strangers: null if too many are waiting for their turn already.</summary>
    public async Task<PixelImage?> TryRenderAsync(BoardState state, WorldRect rect, PixelSize size, CancellationToken cancellationToken)
    {
        using var share = await budget.TryTakeAsync(size.Area * BytesPerPixel, cancellationToken);
        return share is null ? null : await PaintAsync(BoardScene.Of(state), rect, size, isExact: false, cancellationToken);
    }

    /// <summary>Some of a board's tiles as one picture, pixel for pixel.</summary>
    /// <param name="only">The tiles; nothing else is drawn.</param>
    public async Task<PixelImage> RenderAsync(BoardState state, WorldRect rect, PixelSize size, IReadOnlySet<NodeId> only, CancellationToken cancellationToken)
    {
        using var share = await budget.TakeAsync(size.Area * BytesPerPixel, cancellationToken);
        return await PaintAsync(BoardScene.Of(state, only), rect, size, isExact: true, cancellationToken);
    }

    /// <summary>Bands of a part of a scene, from the top, each a picture of the full width. The memory of one band is used again for the next. Takes no budget: its caller has.</summary>
    /// <param name="toPixels">From world units to the pixels of the whole picture.</param>
    public async IAsyncEnumerable<(PixelImage Band, int Top)> RenderBandsAsync(BoardScene scene, Affine toPixels, PixelSize size, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var mapped = scene.Mapped(toPixels);
        var rows = Math.Clamp(BandBytes / (size.Width * 4), 1, size.Height);
        var band = new PixelImage(size.Width, rows);
        for (var top = 0; top < size.Height; top += rows)
        {
            if (size.Height - top < rows)
                band = new PixelImage(size.Width, size.Height - top);
            else
                Array.Clear(band.Rgba);
            budget.Trim();
            await painter.PaintAsync(band, mapped.Mapped(Affine.Translation(0, -top)).Tiles, isExact: true, cancellationToken);
            yield return (band, top);
        }
    }

    private async Task<PixelImage> PaintAsync(BoardScene scene, WorldRect rect, PixelSize size, bool isExact, CancellationToken cancellationToken)
    {
        var picture = new PixelImage(size.Width, size.Height);
        await painter.PaintAsync(picture, scene.Mapped(ToPixels(rect, size)).Tiles, isExact, cancellationToken);
        return picture;
    }

    private static Affine ToPixels(WorldRect rect, PixelSize size) =>
        Affine.Translation(-rect.X, -rect.Y).Then(Affine.Scaling(size.Width / rect.Width, size.Height / rect.Height));
}
