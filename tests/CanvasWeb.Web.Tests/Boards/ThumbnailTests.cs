using System.Net;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Web.Tests.Boards;

public sealed class ThumbnailTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Whoever_may_see_the_board_sees_its_thumbnail(DatabaseKind kind)
    {
        await using var site = await BoardSite.StartAsync(kind, server);
        var board = await site.AddBoardAsync();
        await DrawAsync(site, board);
        await site.Services.GetRequiredService<Thumbnails>().RenderAsync(board, Token);
        var card = Assert.Single(await site.Shelf.ListAsync(BoardSite.Ann, Token));
        var url = Assert.IsType<string>(card.ThumbnailUrl);
        foreach (var (who, status) in (IEnumerable<(string?, HttpStatusCode)>)[(BoardSite.Ann, HttpStatusCode.OK), (BoardSite.Bob, HttpStatusCode.OK), (BoardSite.Vic, HttpStatusCode.OK), (BoardSite.Eve, HttpStatusCode.NotFound), (null, HttpStatusCode.Unauthorized)])
        {
            using var answer = await site.GetAsync(who, url);
            Assert.Equal(status, answer.StatusCode);
        }

        using var found = await site.GetAsync(BoardSite.Ann, url);
        Assert.Contains("immutable", found.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        using var old = await site.GetAsync(BoardSite.Ann, $"/boards/{board}/thumbnail.webp?v=0123");
        Assert.Contains("no-cache", old.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var picture = ImageDecoder.Decode(await found.Content.ReadAsByteArrayAsync(Token), ImageLimits.Default);
        Assert.Equal((640, 400), (picture.Width, picture.Height));
        var middle = picture.Offset(320, 200);
        Assert.InRange(picture.Rgba[middle], 180, 220);
        Assert.Equal(255, picture.Rgba[middle + 3]);
        Assert.Equal(0, picture.Rgba[picture.Offset(2, 200) + 3]);

        // In the bin it is the owner's alone.
        await site.Shelf.DeleteAsync(BoardSite.Ann, board, Token);
        using var mine = await site.GetAsync(BoardSite.Ann, url);
        using var theirs = await site.GetAsync(BoardSite.Bob, url);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (mine.StatusCode, theirs.StatusCode));
    }

    [Fact]
    public async Task A_board_without_pictures_has_none()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server);
        var board = await site.AddBoardAsync();
        await site.Host.SubmitAsync(board, new(BoardSite.Ann), BoardRole.Owner, [new(new("a"), 1, Note("n"))], Token);
        await site.Services.GetRequiredService<Thumbnails>().RenderAsync(board, Token);
        Assert.Null(Assert.Single(await site.Shelf.ListAsync(BoardSite.Ann, Token)).ThumbnailUrl);
        using var answer = await site.GetAsync(BoardSite.Ann, $"/boards/{board}/thumbnail.webp");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public void A_thumbnail_holds_all_pictures_in_its_own_ratio()
    {
        var board = new CanvasWeb.Canvas.Tests.TestBoard();
        Assert.Null(Thumbnails.Frame(board.State));
        board.Do("a", Tile("t", At(100, 200, 1000, 500)));
        board.Do("a", Tile("u", At(-300, 200, 100, 100)));
        var frame = Thumbnails.Frame(board.State)!.Value;
        Assert.True(frame.Contains(new WorldRect(-300, 200, 1400, 500)));
        Assert.Equal(1.6, frame.Width / frame.Height, 9);
    }

    private static async Task DrawAsync(BoardSite site, string board)
    {
        var red = new PixelImage(64, 64);
        for (var i = 0; i < red.Rgba.Length; i += 4)
            (red.Rgba[i], red.Rgba[i + 1], red.Rgba[i + 2], red.Rgba[i + 3]) = (200, 40, 40, 255);
        var content = await site.Services.GetRequiredService<TileStore>().AddAsync(red, TileOrigin.Upload, BoardSite.Ann, Token);
        var tile = new CanvasWeb.Canvas.Document.Ops.TileAdd(new("t"), At(0, 0, 512, 512), new("a0"), content);
        var result = await site.Host.SubmitAsync(board, new(BoardSite.Ann), BoardRole.Owner, [new(new("a"), 1, tile)], Token);
        Assert.Null(Assert.Single(result.Outcomes).Refusal);
    }
}
