using System.Net;
using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Tests;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using CanvasWeb.Web.Tiles.Exports;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Web.Tests.Tiles;

public sealed class ExportTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A part of a board through the exporter's PNG.</summary>
    internal static async Task<PixelImage> DrawAsync(TestDatabase database, BoardState state, WorldRect rect, double scale)
    {
        var request = new ExportRequest { What = ExportWhat.Rect, Rect = rect, Scale = scale };
        return TilePictures.Decode(await ExportAsync(database, state, request));
    }

    [Fact]
    public async Task A_tile_drawn_at_one_to_one_is_the_same_bytes_over_many_bands()
    {
        await using var database = await CreateAsync();

        // 4,000 pixels wide: a band has about 1,000 rows, and the turned tile crosses one.
        var wide = TilePictures.Noise(64, 1500, seed: 31, opaque: false);
        var turned = TilePictures.Noise(700, 300, seed: 32);
        var board = new TestBoard();
        board.Do("a", TilePictures.Add("wide", await StoreAsync(database, wide), At(10, 0, 64, 1500)));
        board.Do("a", TilePictures.Add("turned", await StoreAsync(database, turned), At(3000, 850, 700, 300, rotation: 90)));
        var drawn = await DrawAsync(database, board.State, new(0, 0, 4000, 1500), scale: 1);
        for (var y = 0; y < 1500; y++)
        {
            // Under alpha 0 nothing is drawn; all else is as it was.
            for (var x = 0; x < 64; x++)
            {
                var expected = TilePictures.Pixel(wide, x, y);
                Assert.Equal(expected.A == 0 ? default : expected, TilePictures.Pixel(drawn, 10 + x, y));
            }
        }

        // A quarter turn around (3350, 1000): what was left is on top.
        for (var i = 0; i < 300; i++)
            Assert.Equal(TilePictures.Pixel(turned, 123, i), TilePictures.Pixel(drawn, 3499 - i, 650 + 123));
    }

    [Fact]
    public async Task Layers_groups_opacity_and_what_is_hidden_or_deleted_are_as_on_the_board()
    {
        await using var database = await CreateAsync();
        var (red, blue) = (await StoreAsync(database, TilePictures.Plain(64, 64, 200, 0, 0)), await StoreAsync(database, TilePictures.Plain(64, 64, 0, 0, 200)));
        var board = new TestBoard();
        board.Do("a", Group("group", At(100, 0), "a2"));
        board.Do("a", TilePictures.Add("upper", blue, At(0, 0, 64, 64, parent: "group"), "a0", new NodeStyle(Opacity: 0.5)));
        board.Do("a", TilePictures.Add("lower", red, At(100, 0, 64, 64), "a1"));
        board.Do("a", TilePictures.Add("hidden", blue, At(100, 64, 64, 64), "a1", new NodeStyle(Hidden: true)));
        board.Do("a", TilePictures.Add("gone", blue, At(36, 0, 64, 64), "a1"));
        board.Do("a", new NodeDelete(new("gone")));
        var drawn = await DrawAsync(database, board.State, new(36, 0, 128, 128), scale: 1);
        Assert.Equal((100, 0, 100, 255), TilePictures.Pixel(drawn, 96, 32));
        Assert.Equal(default, TilePictures.Pixel(drawn, 32, 32));
        Assert.Equal(default, TilePictures.Pixel(drawn, 96, 96));
    }

    [Fact]
    public async Task Half_size_is_the_average_of_the_pictures_own_pixels()
    {
        await using var database = await CreateAsync();
        var picture = TilePictures.Noise(256, 256, seed: 33);
        var board = new TestBoard();
        board.Do("a", TilePictures.Add("tile", await StoreAsync(database, picture), At(0, 0, 256, 256)));
        var drawn = await DrawAsync(database, board.State, new(0, 0, 256, 256), scale: 0.5);
        Assert.Equal(ImageResizer.Resize(picture, 128, 128, ResizeKernel.Area).Rgba, drawn.Rgba);
    }

    [Fact]
    public async Task Thumbnails_come_from_the_levels_and_show_the_board()
    {
        await using var database = await CreateAsync();
        var board = new TestBoard();
        board.Do("a", TilePictures.Add("tile", await StoreAsync(database, TilePictures.Plain(512, 512, 30, 160, 90)), At(0, 0, 512, 512)));
        var thumbnail = await database.Services.GetRequiredService<BoardRenderer>().RenderAsync(board.State, new(-512, 0, 1024, 512), new(128, 64), Token);
        Assert.Equal(0, TilePictures.Pixel(thumbnail, 20, 32).A);
        var (r, g, b, a) = TilePictures.Pixel(thumbnail, 100, 32);
        Assert.InRange(r, 26, 34);
        Assert.InRange(g, 156, 164);
        Assert.InRange(b, 86, 94);
        Assert.Equal(255, a);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    [InlineData(ImageFormat.Png)]
    public async Task Each_format_has_the_size_the_background_and_the_parameters(ImageFormat stored)
    {
        var format = Enum.Parse<ExportFormat>(stored.ToString());
        await using var database = await CreateAsync();
        var board = new TestBoard();
        board.Do("a", TilePictures.Add("tile", await StoreAsync(database, TilePictures.Plain(600, 400, 30, 160, 90)), At(0, 0, 600, 400)));
        var request = new ExportRequest { What = ExportWhat.Rect, Rect = new(0, 0, 1200, 400), Scale = 2, Format = format, Background = "#ff8000" };
        var file = await ExportAsync(database, board.State, request, new("a fox, 狐", new() { Source = DigitalSource.TrainedAlgorithmicMedia, CreatorTool = "test" }));
        var info = ImageIdentifier.Identify(file);
        Assert.Equal((stored, 2400, 800), (info.Format, info.Width, info.Height));
        Assert.Equal("a fox, 狐", ImageMetadata.ReadParameters(file));
        var picture = TilePictures.Decode(file);
        foreach (var (x, expected) in (ReadOnlySpan<(int, (int R, int G, int B))>)[(600, (30, 160, 90)), (1800, (255, 128, 0))])
        {
            var (r, g, b, a) = TilePictures.Pixel(picture, x, 400);
            Assert.InRange(Math.Abs(r - expected.R) + Math.Abs(g - expected.G) + Math.Abs(b - expected.B), 0, format == ExportFormat.Png ? 0 : 12);
            Assert.Equal(255, a);
        }
    }

    [Fact]
    public void Selections_draw_what_is_selected_and_everything_else_is_refused_in_words()
    {
        var board = new TestBoard();
        var (state, options) = (board.State, new TileOptions());
        Assert.Equal("export-nothing", Refusal(new() { What = ExportWhat.Board }));
        board.Do("a", Group("group", At(1000, 0)));
        board.Do("a", Tile("inside", At(0, 0, 200, 100, parent: "group")));
        board.Do("a", Tile("other", At(0, 0)));
        board.Do("a", Frame("frame", At(10.25, 20, 300, 200)));
        board.Do("a", Tile("far", At(30_000, 0)));
        state = board.State;

        Assert.Equal((new PixelSize(200, 100), 1), Plan(new() { What = ExportWhat.Selection, NodeIds = ["group", "no such"] }));
        Assert.Equal((new PixelSize(301, 200), 4), (Plan(new() { What = ExportWhat.Frame, NodeIds = ["frame"] }).Size, 4));
        Assert.Equal(new PixelSize(1, 1), Plan(new() { What = ExportWhat.Frame, NodeIds = ["frame"], Scale = 0.0001 }).Size);
        Assert.Equal("export-nothing", Refusal(new() { What = ExportWhat.Selection, NodeIds = ["frame"] }));
        Assert.Equal("export-nothing", Refusal(new() { What = ExportWhat.Rect }));
        Assert.Equal("export-nothing", Refusal(new() { What = ExportWhat.Rect, Rect = new(0, 0, double.NaN, 10) }));
        Assert.Equal("export-too-large", Refusal(new() { What = ExportWhat.Board }));
        Assert.Equal("export-too-large", Refusal(new() { What = ExportWhat.Rect, Rect = new(0, 0, 1e300, 10) }));
        Assert.Equal("export-settings", Refusal(new() { What = ExportWhat.Rect, Rect = new(0, 0, 10, 10), Scale = double.NaN }));
        Assert.Equal("export-settings", Refusal(new() { What = ExportWhat.Rect, Rect = new(0, 0, 10, 10), Quality = 0 }));
        Assert.Equal("export-settings", Refusal(new() { What = ExportWhat.Rect, Rect = new(0, 0, 10, 10), Background = "red" }));
        Assert.Equal("export-webp-too-large", Refusal(new() { What = ExportWhat.Rect, Rect = new(0, 0, 16_384, 16), Format = ExportFormat.WebP }));
        Assert.Equal("export-webp-too-large", Refusal(new() { What = ExportWhat.Rect, Rect = new(0, 0, 8_000, 8_000), Format = ExportFormat.WebP }));
        Assert.Equal(new PixelSize(16_384, 16_384), Plan(new() { What = ExportWhat.Rect, Rect = new(0, 0, 16_384, 16_384) }).Size);

        string? Refusal(ExportRequest request) => ExportPlan.Of(state, request, options).Refusal?.Code;

        (PixelSize Size, int Tiles) Plan(ExportRequest request)
        {
            var (plan, refusal) = ExportPlan.Of(state, request, options);
            Assert.Null(refusal);
            return (plan!.Size, plan.Scene.Tiles.Count); // No refusal, so a plan.
        }
    }

    [Fact]
    public async Task Whoever_may_look_gets_the_file_and_strangers_learn_nothing()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server);
        var boardId = await site.AddBoardAsync();
        var picture = TilePictures.Noise(70, 50, seed: 40);
        var content = await site.Services.GetRequiredService<TileStore>().AddAsync(picture, TileOrigin.Upload, BoardSite.Ann, Token);
        await site.Host.SubmitAsync(boardId, new(BoardSite.Ann), BoardRole.Owner, [new(new("c"), 1, TilePictures.Add("tile", content, At(5, 5, 70, 50)))], Token);

        using var file = await site.SendAsync(BoardSite.Vic, Request(boardId, """{"what":"board","format":"png"}"""));
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        Assert.Equal("image/png", file.Content.Headers.ContentType?.MediaType);
        Assert.Equal("Winter fair.png", file.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        Assert.Equal("no-store", file.Headers.CacheControl?.ToString());
        var bytes = await file.Content.ReadAsByteArrayAsync(Token);
        Assert.Equal(picture.Rgba, TilePictures.Decode(bytes).Rgba);
        Assert.Null(ImageMetadata.ReadParameters(bytes)); // A photograph: nobody here knows how it was made.

        Assert.Equal(HttpStatusCode.NotFound, (await site.SendAsync(BoardSite.Eve, Request(boardId, """{"what":"board"}"""))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await site.SendAsync(BoardSite.Ann, Request("no-such-board-22222222", """{"what":"board"}"""))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.SendAsync(null, Request(boardId, """{"what":"board"}"""))).StatusCode);
        var foreign = Request(boardId, """{"what":"board"}""");
        foreign.Headers.Add("Origin", "https://elsewhere.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await site.SendAsync(BoardSite.Ann, foreign)).StatusCode);
        using var refused = await site.SendAsync(BoardSite.Vic, Request(boardId, """{"what":"rect","rect":{"x":0,"y":0,"width":20000,"height":5}}"""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("urn:canvasweb:export-too-large", (await refused.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("type").GetString());
        Assert.Empty(Directory.GetFiles(site.Services.GetRequiredService<CanvasWeb.Web.Data.DataFolder>().Subfolder("exports")));
    }

    private static HttpRequestMessage Request(string boardId, string json) =>
        new(HttpMethod.Post, $"/boards/{boardId}/exports") { Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json") };

    private static async Task<byte[]> ExportAsync(TestDatabase database, BoardState state, ExportRequest request, FileProvenance? provenance = null)
    {
        var (plan, refusal) = ExportPlan.Of(state, request, new TileOptions());
        Assert.Null(refusal);
        await using var file = await database.Services.GetRequiredService<BoardExporter>().ExportAsync(plan!, provenance, Token); // No refusal, so a plan.
        Assert.NotNull(file);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, Token);
        return bytes;
    }

    private static Task<TileContent> StoreAsync(TestDatabase database, PixelImage picture) =>
        database.Services.GetRequiredService<TileStore>().AddAsync(picture, TileOrigin.Upload, "ann", Token);

    private Task<TestDatabase> CreateAsync() => TestDatabase.CreateAsync(DatabaseKind.Sqlite, server, BoardSite.AddServices);
}
