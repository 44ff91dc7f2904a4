using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using CanvasWeb.Web.Tiles.Uploads;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Tiles;

public sealed class UploadTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_picture_becomes_a_tile_that_the_browser_gets_to_the_byte_and_may_keep_for_ever(DatabaseKind kind)
    {
        await using var site = await BoardSite.StartAsync(kind, server);
        var boardId = await site.AddBoardAsync();
        var picture = TilePictures.Noise(200, 90, seed: 50, opaque: false);
        using var answer = await site.SendAsync(BoardSite.Bob, Upload(boardId, TilePictures.Encode(picture, ImageFormat.Png)));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var content = JsonSerializer.Deserialize<TileContent>(await answer.Content.ReadAsStringAsync(Token), CanvasJson.Options);
        Assert.NotNull(content);
        Assert.Equal((200, 90), (content.PixelWidth, content.PixelHeight));
        Assert.NotNull(content.Solid);

        // Nobody has to be signed in for a tile: its address is the right to see it.
        using var tile = await site.GetAsync(null, $"/tiles/{content.Sha256}/0.webp");
        Assert.Equal("image/webp", tile.Content.Headers.ContentType?.MediaType);
        Assert.Equal("public, max-age=31536000, immutable", tile.Headers.CacheControl?.ToString());
        Assert.Equal("nosniff", Assert.Single(tile.Headers.GetValues("X-Content-Type-Options")));
        var bytes = await tile.Content.ReadAsByteArrayAsync(Token);
        Assert.Equal(content.Sha256, FileBlobs.NameOf(bytes));
        Assert.Equal(picture.Rgba, TilePictures.Decode(bytes).Rgba);
        var small = TilePictures.Decode(await (await site.GetAsync(null, $"/tiles/{content.Sha256}/1.webp")).Content.ReadAsByteArrayAsync(Token));
        Assert.Equal((100, 45), (small.Width, small.Height));

        using var again = new HttpRequestMessage(HttpMethod.Get, $"/tiles/{content.Sha256}/0.webp");
        again.Headers.IfNoneMatch.Add(tile.Headers.ETag ?? throw new InvalidOperationException("There is no ETag."));
        Assert.Equal(HttpStatusCode.NotModified, (await site.SendAsync(null, again)).StatusCode);
        foreach (var path in (string[])[$"{content.Sha256}/3.webp", $"{content.Sha256}/00.webp", $"{content.Sha256}/-1.webp", $"{content.Sha256}/x.webp", $"{new string('0', 64)}/0.webp", "short/0.webp"])
            Assert.Equal(HttpStatusCode.NotFound, (await site.GetAsync(null, "/tiles/" + path)).StatusCode);
    }

    [Fact]
    public async Task Blobs_that_are_no_tiles_are_not_served()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server);
        var name = await site.Services.GetRequiredService<FileBlobs>().PutAsync("a job's input"u8.ToArray(), Token);
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetAsync(BoardSite.Ann, $"/tiles/{name}/0.webp")).StatusCode);
    }

    [Fact]
    public async Task Every_file_that_is_not_welcome_gets_its_own_answer_and_leaves_nothing()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, ("Tiles:MaxUploadBytes", "200000"), ("Tiles:MaxUploadPixels", "1000000"));
        var boardId = await site.AddBoardAsync();
        var small = TilePictures.Scene(64, 64);
        var png = TilePictures.Encode(small, ImageFormat.Png);
        (byte[] File, HttpStatusCode Status, string Code)[] cases =
        [
            ([.. "MZ\x90\0 not a picture"u8], HttpStatusCode.UnsupportedMediaType, "upload-not-a-picture"),
            ([.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B], HttpStatusCode.UnsupportedMediaType, "upload-not-a-picture"),
            ([.. "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8], HttpStatusCode.UnsupportedMediaType, "upload-svg"),
            (TilePictures.PngClaiming(50_000, 50_000), HttpStatusCode.RequestEntityTooLarge, "upload-too-large"),
            (TilePictures.PngClaiming(1200, 1200), HttpStatusCode.RequestEntityTooLarge, "upload-too-large"),
            (png[..(png.Length / 2)], HttpStatusCode.UnprocessableEntity, "upload-truncated"),
            ([], HttpStatusCode.UnprocessableEntity, "upload-truncated"),
            (TilePictures.PngClaiming(300, 300), HttpStatusCode.UnprocessableEntity, "upload-broken"),
            (TilePictures.AnimatedPng(small), HttpStatusCode.UnprocessableEntity, "upload-animated"),
            (new byte[200_001], HttpStatusCode.RequestEntityTooLarge, "upload-too-many-bytes"),
            (new byte[400_001], HttpStatusCode.RequestEntityTooLarge, "upload-too-many-bytes"),
        ];
        foreach (var (file, status, code) in cases)
        {
            using var answer = await site.SendAsync(BoardSite.Ann, Upload(boardId, file));
            Assert.Equal((code, status), (await CodeAsync(answer), answer.StatusCode));
        }

        Assert.Equal(0, await CountAsync<Upload>(site));
        Assert.Equal(0, await CountAsync<Tile>(site));
        Assert.Empty(Directory.GetFiles(Folder(site, "blobs"), "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(Folder(site, "incoming")));
    }

    [Fact]
    public async Task A_photograph_is_turned_upright_and_the_place_where_it_was_taken_is_gone()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server);
        var boardId = await site.AddBoardAsync();
        var file = TilePictures.JpegWithPlace(TilePictures.Make(120, 80, static (x, _) => x < 60 ? (220, 30, 30, 255) : (30, 30, 220, 255)));
        using var form = new MultipartFormDataContent { { new StringContent("a note"), "note" }, { new ByteArrayContent(file), "file", "holiday.jpg" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/boards/{boardId}/uploads") { Content = form };
        using var answer = await site.SendAsync(BoardSite.Ann, request);
        var content = JsonSerializer.Deserialize<TileContent>(await answer.Content.ReadAsStringAsync(Token), CanvasJson.Options);
        Assert.Equal((80, 120), (content?.PixelWidth, content?.PixelHeight));

        foreach (var level in (int[])[0, 1])
        {
            var stored = await (await site.GetAsync(null, $"/tiles/{content?.Sha256}/{level}.webp")).Content.ReadAsByteArrayAsync(Token);
            var text = Encoding.Latin1.GetString(stored);
            Assert.DoesNotContain("GPSHOME", text, StringComparison.Ordinal);
            Assert.DoesNotContain("EXIF", text, StringComparison.OrdinalIgnoreCase);
            if (level == 0)
                Assert.True(TilePictures.Pixel(TilePictures.Decode(stored), 40, 10) is { R: > 190, B: < 60 }, "What was left is on top.");
        }

        Assert.Contains("GPSHOME", Encoding.Latin1.GetString(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_repeated_request_is_the_same_upload_and_a_quota_ends_with_the_day(DatabaseKind kind)
    {
        await using var site = await BoardSite.StartAsync(kind, server, ("Tiles:UploadsPerDay", "3"));
        var boardId = await site.AddBoardAsync();
        var file = TilePictures.Encode(TilePictures.Noise(40, 40, seed: 60), ImageFormat.Png);
        var first = await (await site.SendAsync(BoardSite.Ann, Upload(boardId, file, "request-1"))).Content.ReadAsStringAsync(Token);
        for (var i = 0; i < 4; i++)
            Assert.Equal(first, await (await site.SendAsync(BoardSite.Ann, Upload(boardId, file, "request-1"))).Content.ReadAsStringAsync(Token));
        Assert.Equal(1, await CountAsync<Upload>(site));

        // Twelve at once for the two that are left: no more than two get in.
        var files = Enumerable.Range(0, 12).Select(static i => TilePictures.Encode(TilePictures.Noise(30, 30, seed: 70 + i), ImageFormat.Png)).ToArray();
        var answers = await Task.WhenAll(files.Select(picture => site.SendAsync(BoardSite.Ann, Upload(boardId, picture))));
        Assert.Equal(2, answers.Count(static answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(10, answers.Count(static answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.Equal("upload-quota", await CodeAsync(answers.First(static answer => answer.StatusCode != HttpStatusCode.Created)));
        Assert.Equal(3, await CountAsync<Upload>(site));
        Assert.Equal(3, await CountAsync<Tile>(site));

        // Somebody else's day is their own, and yesterday's uploads do not count.
        Assert.Equal(HttpStatusCode.Created, (await site.SendAsync(BoardSite.Bob, Upload(boardId, file))).StatusCode);
        await using (var db = await site.Contexts.CreateDbContextAsync(Token))
        {
            var yesterday = DateTimeOffset.FromUnixTimeMilliseconds(0);
            await db.Set<Upload>().ExecuteUpdateAsync(set => set.SetProperty(static upload => upload.CreatedAt, yesterday), Token);
        }

        Assert.Equal(HttpStatusCode.Created, (await site.SendAsync(BoardSite.Ann, Upload(boardId, files[11]))).StatusCode);
    }

    [Fact]
    public async Task Bytes_a_day_are_counted_as_they_lie_on_the_disk()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, ("Tiles:UploadBytesPerDay", "50000"));
        var boardId = await site.AddBoardAsync();
        var file = TilePictures.Encode(TilePictures.Noise(90, 90, seed: 61), ImageFormat.Png);
        Assert.Equal(HttpStatusCode.Created, (await site.SendAsync(BoardSite.Ann, Upload(boardId, file))).StatusCode);
        using var refused = await site.SendAsync(BoardSite.Ann, Upload(boardId, TilePictures.Encode(TilePictures.Noise(90, 90, seed: 62), ImageFormat.Png)));
        Assert.Equal("upload-quota", await CodeAsync(refused));

        // What is there already takes no room.
        Assert.Equal(HttpStatusCode.Created, (await site.SendAsync(BoardSite.Ann, Upload(boardId, file))).StatusCode);
        Assert.Equal(1, await CountAsync<Tile>(site));
    }

    [Fact]
    public async Task Only_editors_from_our_own_pages_may_upload()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server);
        var boardId = await site.AddBoardAsync();
        var file = TilePictures.Encode(TilePictures.Scene(16, 16), ImageFormat.Png);
        (string? Who, string Board, string? Header, string? Value, HttpStatusCode Status)[] cases =
        [
            (BoardSite.Ann, boardId, null, null, HttpStatusCode.Created),
            (BoardSite.Bob, boardId, "Sec-Fetch-Site", "same-origin", HttpStatusCode.Created),
            (BoardSite.Bob, boardId, "Origin", site.Address.GetLeftPart(UriPartial.Authority), HttpStatusCode.Created),
            (BoardSite.Bob, boardId, "Origin", "https://elsewhere.example", HttpStatusCode.Forbidden),
            (BoardSite.Bob, boardId, "Origin", "null", HttpStatusCode.Forbidden),
            (BoardSite.Bob, boardId, "Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden),
            (BoardSite.Bob, boardId, "Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden),
            (BoardSite.Vic, boardId, null, null, HttpStatusCode.Forbidden),
            (BoardSite.Eve, boardId, null, null, HttpStatusCode.NotFound),
            (BoardSite.Ann, "no-such-board-22222222", null, null, HttpStatusCode.NotFound),
            (null, boardId, null, null, HttpStatusCode.Unauthorized),
            (BoardSite.Ann, boardId, "Idempotency-Key", new string('x', 41), HttpStatusCode.BadRequest),
        ];
        foreach (var (who, board, header, value, status) in cases)
        {
            using var request = Upload(board, file);
            if (header is not null)
                request.Headers.Add(header, value);
            using var answer = await site.SendAsync(who, request);
            Assert.Equal((who, header, value, status), (who, header, value, answer.StatusCode));
        }

        using var empty = new HttpRequestMessage(HttpMethod.Post, $"/boards/{boardId}/uploads") { Content = new MultipartFormDataContent { { new StringContent("text"), "note" } } };
        Assert.Equal("upload-no-file", await CodeAsync(await site.SendAsync(BoardSite.Ann, empty)));
    }

    private static HttpRequestMessage Upload(string boardId, byte[] file, string? requestId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/boards/{boardId}/uploads") { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        if (requestId is not null)
            request.Headers.Add("Idempotency-Key", requestId);
        return request;
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        var code = problem.GetProperty("code").GetString();
        Assert.Equal("urn:canvasweb:" + code, problem.GetProperty("type").GetString());
        Assert.NotEqual("", problem.GetProperty("detail").GetString());
        return code;
    }

    private static string Folder(BoardSite site, string name) => site.Services.GetRequiredService<DataFolder>().Subfolder(name);

    private static async Task<int> CountAsync<T>(BoardSite site)
        where T : class
    {
        await using var db = await site.Contexts.CreateDbContextAsync(Token);
        return await db.Set<T>().CountAsync(Token);
    }
}
