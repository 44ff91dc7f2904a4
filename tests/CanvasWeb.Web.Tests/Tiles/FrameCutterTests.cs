using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Tests;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Web.Tests.Tiles;

/// <summary>From the board to the model and back, to the byte.</summary>
public sealed class FrameCutterTests(PostgreSqlServer server)
{
    private static readonly ModelGeometry s_model = new(256 * 256, 16, 64, 512);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_cut_at_one_to_one_is_the_tiles_bytes_and_bare_board_is_transparent()
    {
        await using var database = await CreateAsync();
        var picture = TilePictures.Noise(256, 256, seed: 21);
        var board = new TestBoard();
        board.Do("a", TilePictures.Add("tile", await StoreAsync(database, picture), At(-100, 40, 256, 256)));
        board.Do("a", Frame("frame", At(60, 40, 256, 256)));
        var (plan, inputs) = await CutAsync(database, board.State);
        Assert.Equal(FrameTask.Outpaint, plan.Task);

        var crop = TilePictures.Decode(inputs.CropPng);
        var made = TilePictures.Decode(inputs.NewMaskPng);
        Assert.Equal((plan.CropPixels.Width, plan.CropPixels.Height), (crop.Width, crop.Height));
        Assert.Equal((crop.Width, crop.Height), (made.Width, made.Height));
        var (kept, fresh) = (0, 0);
        for (var y = 0; y < crop.Height; y++)
        {
            for (var x = 0; x < crop.Width; x++)
            {
                var (tileX, tileY) = (x + (int)plan.Crop.X + 100, y + (int)plan.Crop.Y - 40);
                var inTile = tileX is >= 0 and < 256 && tileY is >= 0 and < 256;
                var inFrame = plan.Frame.Contains(new WorldPoint(x + plan.Crop.X + 0.5, y + plan.Crop.Y + 0.5));
                Assert.Equal(inTile ? TilePictures.Pixel(picture, tileX, tileY) : default, TilePictures.Pixel(crop, x, y));
                Assert.Equal(inTile || !inFrame ? 0 : 255, TilePictures.Pixel(made, x, y).R);
                (kept, fresh) = (kept + (inTile ? 1 : 0), fresh + (!inTile && inFrame ? 1 : 0));
            }
        }

        Assert.True(kept > 10_000 && fresh > 10_000);
    }

    [Fact]
    public async Task Holes_that_only_pixels_know_are_made_anew()
    {
        await using var database = await CreateAsync();
        var picture = TilePictures.Make(200, 200, static (x, y) => (90, 80, 70, x is >= 50 and < 60 && y is >= 50 and < 60 ? 0 : x == 70 ? 100 : 255));

        // The op says "opaque everywhere", as an old or a dishonest client might.
        var content = await StoreAsync(database, picture) with { Solid = null };
        var board = new TestBoard();
        board.Do("a", TilePictures.Add("tile", content, At(0, 0, 200, 200)));
        board.Do("a", Frame("frame", At(0, 0, 200, 200)));
        board.Do("a", new MaskPaint(new("frame"), Brush(20, 0, 150, 150)));
        var (plan, inputs) = await CutAsync(database, board.State);
        var made = TilePictures.Decode(inputs.NewMaskPng);
        foreach (var (x, y, mask) in (ReadOnlySpan<(int, int, int)>)[(55, 55, 255), (70, 20, 155), (150, 150, 255), (20, 20, 0)])
            Assert.Equal(mask, TilePictures.Pixel(made, x - (int)plan.Crop.X, y - (int)plan.Crop.Y).R);
    }

    [Fact]
    public async Task A_mask_over_an_extension_and_its_soft_edge_is_an_inpaint_and_nothing_else_is_made_anew()
    {
        await using var database = await CreateAsync();
        var board = new TestBoard();
        board.Do("a", TilePictures.Add("tile", await StoreAsync(database, TilePictures.Noise(512, 512, seed: 31)), At(0, 0, 512, 512)));

        // As outpainting makes them: nothing at first, then over 24 pixels to all, which is reached before the picture below ends.
        var extension = TilePictures.Make(332, 512, static (x, y) => (40, 90, 160, Math.Min(255, x * 255 / 24)));
        board.Do("a", TilePictures.Add("extension", await StoreAsync(database, extension), At(480, 0, 332, 512), "a1"));
        board.Do("a", Frame("frame", At(400, 0, 412, 512)));
        board.Do("a", new MaskPaint(new("frame"), Brush(40, 0, 700, 300)));

        var (plan, inputs) = await CutAsync(database, board.State);

        Assert.Equal(FrameTask.Inpaint, plan.Task);
        var made = TilePictures.Decode(inputs.NewMaskPng);
        for (var y = 0; y < made.Height; y++)
        {
            for (var x = 0; x < made.Width; x++)
            {
                var far = Math.Max(Math.Abs(x + plan.Crop.X - 700), Math.Abs(y + plan.Crop.Y - 300));
                if (far > 42)
                    Assert.Equal(0, TilePictures.Pixel(made, x, y).R);
            }
        }

        Assert.Equal(255, TilePictures.Pixel(made, 700 - (int)plan.Crop.X, 300 - (int)plan.Crop.Y).R);
    }

    [Fact]
    public async Task A_result_laid_over_the_picture_leaves_every_pixel_outside_the_mask_identical()
    {
        await using var database = await CreateAsync();
        var picture = TilePictures.Noise(300, 260, seed: 23);
        var board = new TestBoard();
        board.Do("a", TilePictures.Add("tile", await StoreAsync(database, picture), At(0, 0, 300, 260)));
        board.Do("a", Frame("frame", At(20, 10, 256, 240)));
        board.Do("a", new MaskPaint(new("frame"), Brush(40, 0.5, 120, 100, 180, 140)));
        var (plan, inputs) = await CutAsync(database, board.State);
        Assert.Equal(FrameTask.Inpaint, plan.Task);

        // What a worker gives back: other colours, the mask as alpha, cut to the placement.
        var made = TilePictures.Decode(inputs.NewMaskPng);
        var at = plan.PlacementPixels;
        var result = TilePictures.Make(at.Width, at.Height, (x, y) => (255, 0, 255, TilePictures.Pixel(made, at.X + x, at.Y + y).R));
        var stored = await database.Services.GetRequiredService<TileStore>().AddAsync(TilePictures.Encode(result, ImageFormat.Png), TileOrigin.Job, "ann", Token);
        board.Do("a", TilePictures.Add("result", stored, At(plan.Placement.X, plan.Placement.Y, at.Width, at.Height), "a1"));

        var after = await ExportTests.DrawAsync(database, board.State, new(0, 0, 300, 260), scale: 1);
        var (changed, same) = (0, 0);
        for (var y = 0; y < 260; y++)
        {
            for (var x = 0; x < 300; x++)
            {
                var (maskX, maskY) = (x - (int)plan.Crop.X, y - (int)plan.Crop.Y);
                var mask = maskX >= 0 && maskY >= 0 && maskX < made.Width && maskY < made.Height ? TilePictures.Pixel(made, maskX, maskY).R : 0;
                if (mask == 0)
                    Assert.Equal(TilePictures.Pixel(picture, x, y), TilePictures.Pixel(after, x, y));
                else if (mask == 255)
                    Assert.Equal((255, 0, 255, 255), TilePictures.Pixel(after, x, y));
                (changed, same) = (changed + (mask == 255 ? 1 : 0), same + (mask == 0 ? 1 : 0));
            }
        }

        Assert.True(changed > 500 && same > 10_000, $"{changed} new, {same} kept");
    }

    [Fact]
    public async Task A_tile_whose_picture_is_unknown_counts_as_bare_board()
    {
        await using var database = await CreateAsync();
        var board = new TestBoard();
        board.Do("a", Tile("ghost", At(0, 0, 200, 200), pixels: 200));
        board.Do("a", Frame("frame", At(100, 0, 200, 200)));
        var (plan, inputs) = await CutAsync(database, board.State);
        Assert.Equal(255, TilePictures.Pixel(TilePictures.Decode(inputs.NewMaskPng), 120 - (int)plan.Crop.X, 100 - (int)plan.Crop.Y).R);
    }

    private static async Task<(FramePlan Plan, FrameInputs Inputs)> CutAsync(TestDatabase database, BoardState state)
    {
        var (request, refusal) = FrameRequest.Of(state, new("frame"));
        Assert.Null(refusal);
        var (plan, planRefusal) = FramePlanner.Plan(request!, s_model, FrameLimits.Default); // No refusal, so a request.
        Assert.Null(planRefusal);
        var (inputs, cutRefusal) = await database.Services.GetRequiredService<FrameCutter>().CutAsync(plan!, Token); // No refusal, so a plan.
        Assert.Null(cutRefusal);
        return (plan!, Assert.IsType<FrameInputs>(inputs));
    }

    private static Task<TileContent> StoreAsync(TestDatabase database, PixelImage picture) =>
        database.Services.GetRequiredService<TileStore>().AddAsync(picture, TileOrigin.Upload, "ann", Token);

    private Task<TestDatabase> CreateAsync() => TestDatabase.CreateAsync(DatabaseKind.Sqlite, server, BoardSite.AddServices);
}
