using System.Globalization;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Moderation.Reports;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using CanvasWeb.Web.Tiles.Collecting;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Tiles;

public sealed class BlobCollectorTests(PostgreSqlServer server)
{
    // Of CollectorOptions as they come.
    private static readonly TimeSpan s_grace = TimeSpan.FromDays(14);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A new column that names a blob is kept from its first day, because the collector finds it by its name; this asks whoever adds one whether that is meant.</summary>
    [Fact]
    public async Task Every_column_that_names_a_blob_is_known()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, server, BoardSite.AddServices);
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        var all = db.Model.GetEntityTypes().SelectMany(static entity => entity.GetProperties()
            .Where(static property => property.ClrType == typeof(string) && property.Name.Contains("Sha256", StringComparison.Ordinal))
            .Select(property => $"{entity.ClrType.Name}.{property.Name}")).ToHashSet();
        string[] keeping =
        [
            "GalleryItem.Sha256", "Job.CropSha256", "Job.NewMaskSha256", "Job.OtherSha256", "Job.PictureSha256", "JobIngredient.Sha256", "JobResultRow.FilmSha256", "JobResultRow.Sha256", "Refusal.Sha256", "Report.Sha256",
        ];
        Assert.Equal(keeping, BlobReferences.Columns(db));
        Assert.Equal(all.Order(), keeping.Concat(BlobReferences.NotKeeping).Order());
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Each_column_that_keeps_a_blob_is_looked_up_by_an_index(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind, server, BoardSite.AddServices);
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        var indexes = await db.Database.SqlQueryRaw<string>(kind == DatabaseKind.Sqlite
            ? "SELECT name AS \"Value\" FROM sqlite_master WHERE type = 'index'"
            : "SELECT indexname AS \"Value\" FROM pg_indexes").ToListAsync(Token);
        foreach (var column in BlobReferences.Columns(db).Select(static name => name.Split('.')))
            Assert.Contains($"IX_{db.Model.GetEntityTypes().Single(entity => entity.ClrType.Name == column[0]).GetTableName()}_{column[1]}", indexes);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Nothing_to_ask_about_is_named_by_nothing(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind, server, BoardSite.AddServices);
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        Assert.Empty(await BlobReferences.AmongAsync(db, [], Token));
    }

    [Fact]
    public async Task A_stray_file_among_those_that_are_being_erased_stops_nobody()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, server, BoardSite.AddServices);
        var blobs = database.Services.GetRequiredService<FileBlobs>();
        var sha256 = await blobs.PutAsync(new byte[] { 1, 2, 3 }, Token);
        string going;
        await using (var file = Assert.IsType<FileStream>(blobs.Open(sha256)))
            going = Path.Combine(Path.GetDirectoryName(file.Name)!, "..", "..", "going");
        File.Move(Path.Combine(going, "..", sha256[..2], sha256[2..4], sha256), Path.Combine(going, sha256));
        await File.WriteAllTextAsync(Path.Combine(going, ".DS_Store"), "", Token);
        await File.WriteAllTextAsync(Path.Combine(going, new string('x', 70)), "", Token);

        blobs.Restore();
        Assert.NotNull(await blobs.ReadAsync(sha256, Token));
    }

    /// <summary>Between two runs lie hours; somebody may put the picture on a board between the look of the one that dooms it and the doom.</summary>
    [Fact]
    public async Task What_is_doomed_and_named_after_all_is_seen_again_before_the_next_run()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, server, BoardSite.AddServices);
        await BoardSite.AddPeopleAsync(database.Contexts);
        var store = database.Services.GetRequiredService<TileStore>();
        var (named, unnamed) = (TileStore.Prepare(TilePictures.Plain(130, 4, 20, 7, 9), lossless: true), TileStore.Prepare(TilePictures.Plain(131, 4, 20, 7, 9), lossless: true));
        await store.AddAsync(named, TileOrigin.Upload, BoardSite.Ann, Token);
        await store.AddAsync(unnamed, TileOrigin.Upload, BoardSite.Ann, Token);
        var now = database.Time.GetUtcNow();
        await database.Writes.RunAsync(
            (db, _) =>
            {
                db.AddRange(new[] { named, unnamed }.Select(tile => new BlobOrphan { Sha256 = tile.Content.Sha256, Since = now - s_grace, DoomedAt = now }));
                db.Add(new Board("board", BoardSite.Ann, "Board", now));
                db.Add(new BoardOpRow("board", new SequencedOp(1, new(BoardSite.Ann), new("c"), 1, TilePictures.Add("t", named.Content, new(0, 0, 4, 4))), now));
                return Task.CompletedTask;
            },
            Token);
        Assert.Null(await store.FindAsync(named.Content.Sha256, Token));

        await database.Services.GetRequiredService<BlobCollector>().SpareAsync(Token);
        Assert.NotNull(await store.FindAsync(named.Content.Sha256, Token));
        Assert.Null(await store.FindAsync(unnamed.Content.Sha256, Token));
    }

    /// <summary>A site that is restarted more often than a run is due would never collect anything.</summary>
    [Fact]
    public async Task The_first_run_comes_soon_after_the_start()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, server, BoardSite.AddServices);
        await BoardSite.AddPeopleAsync(database.Contexts);
        await database.Services.GetRequiredService<TileStore>().AddAsync(TilePictures.Plain(130, 4, 20, 7, 9), TileOrigin.Upload, BoardSite.Ann, Token);
        var collector = database.Services.GetRequiredService<BlobCollector>();
        await collector.StartAsync(Token);
        await Eventually.FindAsync("the first run", async () =>
        {
            database.Time.Advance(TimeSpan.FromMinutes(1)); // The service may not have come to its wait yet.
            await using var db = await database.Contexts.CreateDbContextAsync(Token);
            return await db.Set<BlobOrphan>().FirstOrDefaultAsync(Token);
        });
        await collector.StopAsync(Token);
    }

    [Fact]
    public void Names_are_found_in_text_and_longer_runs_of_digits_are_none()
    {
        var (one, two) = (new string('a', 64), new string('0', 64));
        var found = new List<string>();
        BlobReferences.EachIn($"{one} x\"{two}\" {new string('b', 65)} {new string('c', 63)}Z{one}", found.Add);
        Assert.Equal([one, two, one], found);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Only_what_nothing_names_is_erased_whatever_happens_meanwhile(DatabaseKind kind)
    {
        var seed = Environment.GetEnvironmentVariable("CANVAS_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"CANVAS_SEED={seed}");
        await using var database = await TestDatabase.CreateAsync(kind, server, BoardSite.AddServices);
        await BoardSite.AddPeopleAsync(database.Contexts);
        var world = new World(database, new Random(seed));
        for (var step = 0; step < 120; step++)
            await world.StepAsync();

        // In the end, everything that nothing names goes, files and rows.
        foreach (var wait in (TimeSpan[])[TimeSpan.Zero, s_grace, TimeSpan.FromHours(3), TimeSpan.FromHours(3), s_grace, TimeSpan.FromHours(3)])
        {
            database.Time.Jump(wait);
            await world.CollectAsync();
        }

        await world.CheckNothingIsLeftAsync();
        Assert.True(world.Erased > 0, "The sequence erased nothing: it shows nothing.");
    }

    /// <summary>Ten pictures and ten other files, boards and reports that name them, a clock; what should be there is worked out beside the collector.</summary>
    private sealed class World(TestDatabase database, Random random)
    {
        private const int Things = 10;
        private readonly PreparedTile[] _tiles = [.. Enumerable.Range(0, Things).Select(static i => TileStore.Prepare(TilePictures.Plain(130 + i, 4, 20 * i, 7, 9), lossless: true))];
        private readonly byte[][] _files = [.. Enumerable.Range(0, Things).Select(static i => new byte[] { (byte)i, 1, 2, 3 })];

        // Who names what: board or report to blob.
        private readonly List<(string Who, bool IsBoard, string Sha256)> _names = [];
        private readonly Dictionary<string, DateTimeOffset> _safeSince = [];
        private readonly HashSet<string> _seen = [];
        private int _next;

        public int Erased { get; private set; }

        private TileStore Store => database.Services.GetRequiredService<TileStore>();

        private FileBlobs Blobs => database.Services.GetRequiredService<FileBlobs>();

        private BlobCollector Collector => database.Services.GetRequiredService<BlobCollector>();

        private DateTimeOffset Now => database.Time.GetUtcNow();

        public async Task StepAsync()
        {
            switch (random.Next(10))
            {
                case 0:
                    await StoreTileAsync(random.Next(Things));
                    break;
                case 1:
                    await StoreFileAsync(random.Next(Things));
                    break;
                case 2:
                case 3:
                    await PutOnBoardAsync(random.Next(Things));
                    break;
                case 4:
                    await ReportAsync(random.Next(Things));
                    break;
                case 5:
                    await UnnameAsync();
                    break;
                case 6:
                    database.Time.Jump(TimeSpan.FromHours(random.Next(1, 24 * 9)));
                    break;
                case 7:
                    await DieAsync();
                    break;
                case 8:
                    // The collector, while the same pictures and files come in again.
                    var some = Enumerable.Range(0, 4).Select(_ => random.Next(Things)).ToList();
                    await Task.WhenAll([CollectAsync(check: false), .. some.Select(StoreTileAsync), .. some.Select(StoreFileAsync)]);
                    await CheckAsync();
                    break;
                default:
                    await CollectAsync();
                    break;
            }
        }

        public async Task CollectAsync(bool check = true)
        {
            Erased += await Collector.RunAsync(Token);
            _seen.UnionWith(_names.Select(static name => name.Who));
            if (check)
                await CheckAsync();
        }

        public async Task CheckNothingIsLeftAsync()
        {
            var named = _names.Select(static name => name.Sha256).ToHashSet();
            var left = Enumerable.Range(0, 256).SelectMany(prefix => Blobs.NamesIn(prefix.ToString("x2", CultureInfo.InvariantCulture))).ToHashSet();
            Assert.Equal(named.Order(), left.Order());
            await using var db = await database.Contexts.CreateDbContextAsync(Token);
            Assert.Empty(await db.Set<BlobOrphan>().ToListAsync(Token));
            Assert.Equal(named.Intersect(_tiles.Select(static tile => tile.Content.Sha256)).Order(), (await db.Set<Tile>().Select(static tile => tile.Sha256).ToListAsync(Token)).Order());
        }

        // What is named, and what was stored or named until lately, is there with all that belongs to it.
        private async Task CheckAsync()
        {
            foreach (var tile in _tiles.Where(tile => IsSafe(tile.Content.Sha256)))
            {
                Assert.True(await Store.FindAsync(tile.Content.Sha256, Token) is not null, $"{tile.Content.Sha256}: no row");
                Assert.True(await Blobs.ReadAsync(tile.Content.Sha256, Token) is not null, $"{tile.Content.Sha256}: no file");
                for (var level = 1; level <= tile.Levels.Count; level++)
                    Assert.True(await Blobs.ReadDerivedAsync(tile.Content.Sha256, TileStore.LevelName(level), Token) is not null, $"{tile.Content.Sha256}: no level {level}");
            }

            foreach (var file in _files.Where(file => IsSafe(FileBlobs.NameOf(file))))
                Assert.True(await Blobs.ReadAsync(FileBlobs.NameOf(file), Token) is not null, $"{FileBlobs.NameOf(file)}: no file");
        }

        private bool IsSafe(string sha256) => _names.Exists(name => name.Sha256 == sha256) || (_safeSince.TryGetValue(sha256, out var since) && since > Now - s_grace);

        private async Task StoreTileAsync(int index)
        {
            await Store.AddAsync(_tiles[index], TileOrigin.Upload, BoardSite.Ann, Token);
            lock (_safeSince)
                _safeSince[_tiles[index].Content.Sha256] = Now;
        }

        private async Task StoreFileAsync(int index)
        {
            var sha256 = await Blobs.PutAsync(_files[index], Token);
            lock (_safeSince)
                _safeSince[sha256] = Now;
        }

        // As a browser does with a picture that it may see: with an op, or in the snapshot of a copy.
        private async Task PutOnBoardAsync(int index)
        {
            var content = _tiles[index].Content;
            if (await Store.FindAsync(content.Sha256, Token) is null)
                return;
            var id = $"board-{_next++}";
            var op = new SequencedOp(1, new(BoardSite.Ann), new("c"), 1, TilePictures.Add("t", content, new(0, 0, 4, 4)));
            await database.Writes.RunAsync(
                (db, _) =>
                {
                    db.Add(new Board(id, BoardSite.Ann, "Board", Now));
                    db.Add(random.Next(2) == 0 ? new BoardOpRow(id, op, Now) : new BoardSnapshotRow(id, BoardReducer.Replay(BoardState.Empty, [op]), Now));
                    return Task.CompletedTask;
                },
                Token);
            _names.Add((id, true, content.Sha256));
        }

        private async Task ReportAsync(int index)
        {
            await StoreFileAsync(index);
            var report = Report.Of(ReportTarget.GalleryItem(RandomId.New(), RandomId.New(), BoardSite.Ann, FileBlobs.NameOf(_files[index])), Reporter.OfUser(BoardSite.Eve), ReportReason.Other, "", Now);
            await database.Writes.RunAsync((db, _) => { db.Add(report); return Task.CompletedTask; }, Token);
            _names.Add((report.Id, false, FileBlobs.NameOf(_files[index])));
        }

        private async Task UnnameAsync()
        {
            if (_names.Count == 0)
                return;
            var (who, isBoard, sha256) = _names[random.Next(_names.Count)];
            await database.Writes.RunAsync(
                (db, token) => isBoard
                    ? db.Set<Board>().Where(board => board.Id == who).ExecuteDeleteAsync(token)
                    : db.Set<Report>().Where(report => report.Id == who).ExecuteDeleteAsync(token),
                Token);
            _names.RemoveAll(name => name.Who == who);

            // A name that came and went between two runs was seen by nobody: the time of grace goes on.
            if (_seen.Contains(who))
                _safeSince[sha256] = Now;
        }

        // What a run leaves that is killed while it erases: a file moved aside, or gone with its rows still there.
        private async Task DieAsync()
        {
            await using var db = await database.Contexts.CreateDbContextAsync(Token);
            var doomed = await db.Set<BlobOrphan>().Where(static orphan => orphan.DoomedAt != null).Select(static orphan => orphan.Sha256).ToListAsync(Token);
            doomed.RemoveAll(IsSafe);
            if (doomed.Count == 0)
                return;
            var sha256 = doomed[random.Next(doomed.Count)];
            if (Blobs.Open(sha256) is not { } file)
                return;
            await file.DisposeAsync();
            if (random.Next(2) == 0)
                File.Move(file.Name, Path.Combine(Path.GetDirectoryName(file.Name)!, "..", "..", "going", sha256), overwrite: true);
            else
                File.Delete(file.Name);
        }
    }
}
