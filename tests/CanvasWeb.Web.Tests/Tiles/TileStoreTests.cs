using CanvasWeb.Canvas.Tiles;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Tiles;

public sealed class TileStoreTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_picture_is_kept_to_the_byte_with_its_levels_and_its_row(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var (store, blobs) = (database.Services.GetRequiredService<TileStore>(), database.Services.GetRequiredService<FileBlobs>());
        var picture = TilePictures.Noise(301, 170, seed: 4, opaque: false);
        var content = await store.AddAsync(picture, TileOrigin.Job, "ann", Token);
        Assert.Equal((301, 170), (content.PixelWidth, content.PixelHeight));
        Assert.Equal(SolidGrid.FromAlpha(picture.Rgba, 301, 170), content.Solid);

        Assert.Equal(picture.Rgba, TilePictures.Decode(await blobs.ReadAsync(content.Sha256, Token)).Rgba);
        var sizes = TilePyramid.Levels(new(301, 170));
        Assert.Equal(4, sizes.Count);
        for (var level = 1; level < sizes.Count; level++)
        {
            var small = TilePictures.Decode(await blobs.ReadDerivedAsync(content.Sha256, TileStore.LevelName(level), Token));
            Assert.Equal(sizes[level], new(small.Width, small.Height));
        }

        Assert.Null(await blobs.ReadDerivedAsync(content.Sha256, TileStore.LevelName(sizes.Count), Token));
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        var row = await db.Set<Tile>().SingleAsync(Token);
        Assert.Equal((content.Sha256, 301, 170, TileOrigin.Job, "ann", database.Time.GetUtcNow()), (row.Sha256, row.Width, row.Height, row.Origin, row.OwnerId, row.CreatedAt));
        Assert.Equal(content, row.ToContent());
        Assert.True(row.Bytes > picture.Rgba.Length, "Noise cannot be made smaller, and the levels come on top.");
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task The_same_picture_many_times_at_once_is_one_tile(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var store = database.Services.GetRequiredService<TileStore>();
        var prepared = TileStore.Prepare(TilePictures.Noise(100, 100, seed: 1), lossless: true);
        var contents = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => store.AddAsync(prepared, TileOrigin.Upload, "u" + i, Token)));
        Assert.Single(contents.Distinct());
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        Assert.Equal(1, await db.Set<Tile>().CountAsync(Token));
    }

    [Fact]
    public void A_bare_lossless_webp_keeps_the_hash_that_its_sender_knows()
    {
        var file = TilePictures.Encode(TilePictures.Noise(64, 48, seed: 2, opaque: false), ImageFormat.WebP, lossless: true);
        Assert.Equal(FileBlobs.NameOf(file), TileStore.Prepare(file, ImageLimits.Default).Content.Sha256);
    }

    [Fact]
    public void A_png_stays_lossless_and_a_jpeg_does_not_become_larger_by_pretending()
    {
        var picture = TilePictures.Scene(400, 300);
        var fromPng = TileStore.Prepare(TilePictures.Encode(picture, ImageFormat.Png), ImageLimits.Default);
        Assert.Equal(picture.Rgba, TilePictures.Decode(fromPng.File.Span).Rgba);
        var jpeg = TilePictures.Encode(picture, ImageFormat.Jpeg);
        var fromJpeg = TileStore.Prepare(jpeg, ImageLimits.Default);
        Assert.InRange(fromJpeg.File.Length, 1, jpeg.Length * 2);
        Assert.Null(fromJpeg.Content.Solid);
    }

    [Fact]
    public void A_large_picture_without_loss_is_a_png_and_still_the_same_to_the_byte()
    {
        var picture = TilePictures.Noise(1500, 800, seed: 9, opaque: false);
        var prepared = TileStore.Prepare(picture, lossless: true);
        Assert.Equal(ImageFormat.Png, ImageIdentifier.Identify(prepared.File.Span).Format);
        Assert.Equal(picture.Rgba, TilePictures.Decode(prepared.File.Span).Rgba);
    }

    [Fact]
    public async Task Unknown_names_and_no_names_are_not_found()
    {
        await using var database = await CreateAsync(DatabaseKind.Sqlite);
        var store = database.Services.GetRequiredService<TileStore>();
        Assert.Null(await store.FindAsync(new string('a', 64), Token));
        Assert.Null(await store.FindAsync("..", Token));
    }

    private Task<TestDatabase> CreateAsync(DatabaseKind kind) => TestDatabase.CreateAsync(kind, server, BoardSite.AddServices);
}
