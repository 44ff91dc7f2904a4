using System.Net;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Admin.Users;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Galleries;
using CanvasWeb.Web.Galleries.Live;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tests.Tiles;
using CanvasWeb.Web.Tiles;
using Microsoft.EntityFrameworkCore;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Web.Tests.Galleries;

/// <summary>Watching a board by a link, over a real line to the whole site.</summary>
public sealed class LiveGalleryTests(PostgreSqlServer server)
{
    private const string Owner = "ann-owns-this-board-22";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_guest_follows_the_board_and_sees_its_pictures_until_the_link_is_taken_back(DatabaseKind kind)
    {
        await using var site = await RunningSite.StartAsync(kind, server);
        var (board, gallery, link) = await ShareAsync(site);
        var content = await AddPictureAsync(site, board, 1);
        await using var line = await WatchAsync(site, link);
        var joined = await JoinAsync(line);
        Assert.Equal((BoardRole.Viewer, "somebody", "Live"), (joined.Role, joined.Actor.Value, joined.Name));
        Assert.Empty(joined.People);
        var name = Assert.IsType<TileNode>(Assert.Single(joined.Snapshot!.Nodes)).Content.Sha256;
        Assert.NotEqual(content.Sha256, name);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(site, $"/g/{link}/t/{name}/0.webp")).StatusCode);

        var second = await AddPictureAsync(site, board, 2);
        var told = (await line.NextAsync("opsApplied")).Read<IReadOnlyList<SequencedOp>>();
        var shown = Assert.IsType<TileAdd>(told[^1].Op).Content.Sha256;
        Assert.NotEqual(second.Sha256, shown);
        var picture = await GetAsync(site, $"/g/{link}/t/{shown}/0.webp");
        Assert.Equal((HttpStatusCode.OK, "private"), (picture.StatusCode, picture.Headers.CacheControl?.ToString().Split(',')[^1].Trim()));
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(site, $"/tiles/{shown}/0.webp")).StatusCode);
        // The hash that opens it elsewhere opens nothing here.
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(site, $"/g/{link}/t/{second.Sha256}/0.webp")).StatusCode);

        Assert.Equal(GalleryChange.Done, await Galleries(site).RevokeAsync(Owner, gallery, Token));
        await line.GoneAsync();
        foreach (var one in (string[])[name, shown])
            Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(site, $"/g/{link}/t/{one}/0.webp")).StatusCode);
        await using var again = await WatchAsync(site, link);
        Assert.Contains(HubErrors.BoardNotFound, (await Assert.ThrowsAsync<HubErrorException>(() => JoinAsync(again))).Message);
    }

    [Fact]
    public async Task What_leaves_the_board_is_not_served_any_more()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        var (board, _, link) = await ShareAsync(site);
        await AddPictureAsync(site, board, 1);
        await using var line = await WatchAsync(site, link);
        var name = Assert.IsType<TileNode>(Assert.Single((await JoinAsync(line)).Snapshot!.Nodes)).Content.Sha256;
        await DoAsync(site, board, 2, new NodeDelete(new("tile-1")));
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(site, $"/g/{link}/t/{name}/0.webp")).StatusCode);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_generated_picture_is_there_to_choose_and_goes_with_its_tile_once_it_was_chosen(DatabaseKind kind)
    {
        await using var site = await RunningSite.StartAsync(kind, server);
        var (board, gallery, link) = await ShareAsync(site);
        var content = await site.Services.GetRequiredService<TileStore>().AddAsync(TilePictures.Noise(40, 30, 1), TileOrigin.Job, Owner, Token);
        var job = await AddJobAsync(site, board, content);
        var address = $"/g/{link}/t/{LiveTileEndpoint.NamesOf((await Galleries(site).FindAsync(Owner, gallery, Token))!.Gallery).Hide(content.Sha256)}/0.webp";
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(site, address)).StatusCode);

        await DoAsync(site, board, 1, new TileAdd(new("tile-1"), new Transform(0, 0, 40, 30), new("a0"), content with { Job = job, Image = 0 }));
        await using (var db = await site.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token))
            await db.Set<JobResultRow>().Where(row => row.JobId == job).ExecuteUpdateAsync(static row => row.SetProperty(static row => row.Accepted, true), Token);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(site, address)).StatusCode);
        await DoAsync(site, board, 2, new NodeDelete(new("tile-1")));
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(site, address)).StatusCode);
    }

    [Fact]
    public async Task The_line_to_somebody_who_is_suspended_is_cut_at_once()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server, ("LiveGalleries:RecheckSeconds", "3600"));
        var (_, _, link) = await ShareAsync(site);
        await using (var db = await site.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token))
        {
            db.Add(new AppUser { Id = "somebody-who-runs-this", UserName = "admin", DisplayName = "Ada", CreatedAt = site.Time.GetUtcNow(), IsAdmin = true });
            await db.SaveChangesAsync(Token);
        }

        await using var line = await WatchAsync(site, link);
        await JoinAsync(line);
        Assert.Equal(UserChange.Done, await site.Services.GetRequiredService<UserAdmin>().SuspendAsync("somebody-who-runs-this", Owner, "spam", Token));
        await line.GoneAsync();
        await using var again = await WatchAsync(site, link);
        await Assert.ThrowsAsync<HubErrorException>(() => JoinAsync(again));
    }

    [Fact]
    public async Task One_network_takes_no_more_than_its_share_of_places()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server, ("LiveGalleries:WatchersPerNetwork", "1"));
        var (_, _, link) = await ShareAsync(site);
        await using (var line = await WatchAsync(site, link))
        {
            await JoinAsync(line);
            await JoinAsync(line);
            await using var other = await WatchAsync(site, link);
            Assert.Contains(HubErrors.TooManyPeople, (await Assert.ThrowsAsync<HubErrorException>(() => JoinAsync(other))).Message);
        }
    }

    [Fact]
    public async Task An_end_by_time_cuts_the_line()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        var (_, gallery, link) = await ShareAsync(site);
        await Galleries(site).UpdateAsync(Owner, gallery, new() { Title = "Live", ExpiresAt = site.Time.GetUtcNow().AddHours(1) }, Token);
        await using var line = await WatchAsync(site, link);
        await JoinAsync(line);
        site.Time.Advance(TimeSpan.FromHours(2));
        await site.Services.GetRequiredService<LiveGalleries>().CheckAsync(Token);
        await line.GoneAsync();
    }

    [Fact]
    public async Task A_board_in_the_bin_is_watched_by_nobody()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        var (board, _, link) = await ShareAsync(site);
        await using var line = await WatchAsync(site, link);
        await JoinAsync(line);
        Assert.Equal(BoardChange.Done, await site.Services.GetRequiredService<BoardShelf>().DeleteAsync(Owner, board, Token));
        await line.GoneAsync();
        await using var again = await WatchAsync(site, link);
        await Assert.ThrowsAsync<HubErrorException>(() => JoinAsync(again));
    }

    [Fact]
    public async Task A_password_keeps_out_who_does_not_know_it_and_a_new_one_who_knew_the_old()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        var (_, gallery, link) = await ShareAsync(site);
        await Galleries(site).SetPasswordAsync(Owner, gallery, "open sesame", Token);
        await using (var stranger = await WatchAsync(site, link))
            await Assert.ThrowsAsync<HubErrorException>(() => JoinAsync(stranger));
        var pass = site.Services.GetRequiredService<GalleryAccess>().TryPassword((await Galleries(site).FindAsync(Owner, gallery, Token))!.Gallery, "open sesame");
        await using var guest = await WatchAsync(site, link, ("Cookie", $"{GalleryAccess.PassCookie}={pass}"));
        await JoinAsync(guest);
        await Galleries(site).SetPasswordAsync(Owner, gallery, "another one", Token);
        await guest.GoneAsync();
        await using var again = await WatchAsync(site, link, ("Cookie", $"{GalleryAccess.PassCookie}={pass}"));
        await Assert.ThrowsAsync<HubErrorException>(() => JoinAsync(again));
    }

    [Fact]
    public async Task A_gallery_of_pictures_has_no_board_to_watch()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        await ShareAsync(site);
        var gallery = RandomId.New();
        await Galleries(site).CreateAsync(Owner, gallery, new() { Title = "Still" }, Token);
        await using var line = await WatchAsync(site, (await Galleries(site).NewLinkAsync(Owner, gallery, Token))!);
        await Assert.ThrowsAsync<HubErrorException>(() => JoinAsync(line));
    }

    [Fact]
    public async Task Watchers_are_seen_by_nobody_and_take_nobodys_place()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server, ("Boards:ViewersPerBoard", "1"), ("LiveGalleries:WatchersPerBoard", "1"));
        var (board, _, link) = await ShareAsync(site);
        await using var line = await WatchAsync(site, link);
        await JoinAsync(line);
        var audience = site.Services.GetRequiredService<BoardAudience>();
        Assert.Single(audience.Of(board));
        Assert.Empty(audience.People(board));
        await using var other = await WatchAsync(site, link);
        Assert.Contains(HubErrors.TooManyPeople, (await Assert.ThrowsAsync<HubErrorException>(() => JoinAsync(other))).Message);
        Assert.Single(audience.Of(board));
    }

    [Fact]
    public async Task Hidden_words_are_not_told_and_come_with_a_whole_board_once_they_are_shown()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        var (board, _, link) = await ShareAsync(site);
        await DoAsync(site, board, 1, Note("note", text: "a secret"));
        await DoAsync(site, board, 2, new NodeSet(new("note"), Style: new(Hidden: true)));
        await using var line = await WatchAsync(site, link);
        Assert.Equal("", Assert.IsType<NoteNode>(Assert.Single((await JoinAsync(line)).Snapshot!.Nodes)).Text.Value);
        await DoAsync(site, board, 3, new NodeSet(new("note"), Style: new()));
        await line.NextAsync("resync");
        Assert.Equal("a secret", Assert.IsType<NoteNode>(Assert.Single((await JoinAsync(line, haveSeq: 2)).Snapshot!.Nodes)).Text.Value);
    }

    [Fact]
    public async Task Guests_can_do_nothing_but_look()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        var (_, _, link) = await ShareAsync(site);
        await using var line = await WatchAsync(site, link);
        await JoinAsync(line);
        foreach (var method in (string[])["SubmitOps", "SetPresence", "PlanFrame", "Generate", "CancelJob"])
            Assert.Contains("does not exist", (await Assert.ThrowsAsync<HubErrorException>(() => line.InvokeAsync(method, "anything"))).Message);
    }

    private static GalleryService Galleries(RunningSite site) => site.Services.GetRequiredService<GalleryService>();

    private static async Task<(string Board, string Gallery, string Link)> ShareAsync(RunningSite site)
    {
        await using (var db = await site.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token))
        {
            db.Add(new AppUser { Id = Owner, UserName = Owner, DisplayName = "Ann", CreatedAt = site.Time.GetUtcNow() });
            await db.SaveChangesAsync(Token);
        }

        var (board, gallery) = (RandomId.New(), RandomId.New());
        Assert.Equal(BoardChange.Done, await site.Services.GetRequiredService<BoardShelf>().CreateAsync(Owner, board, "Winter fair", Token));
        Assert.Equal(GalleryChange.Done, await Galleries(site).CreateLiveAsync(Owner, gallery, board, new() { Title = "Live" }, Token));
        return (board, gallery, (await Galleries(site).NewLinkAsync(Owner, gallery, Token))!);
    }

    private static Task<HubLine> WatchAsync(RunningSite site, string link, params (string Name, string Value)[] headers) =>
        HubLine.ConnectAsync(new(site.Address, $"/g/{link}/live"), headers.Select(static header => KeyValuePair.Create(header.Name, header.Value)));

    private static Task<JoinResult> JoinAsync(HubLine line, long haveSeq = 0) => line.InvokeAsync<JoinResult>("Join", new JoinRequest("whatever", new("guest"), haveSeq));

    private static async Task DoAsync(RunningSite site, string board, long number, BoardOp op)
    {
        var result = await site.Services.GetRequiredService<BoardHost>().SubmitAsync(board, new(Owner), BoardRole.Owner, [new(new("ann-1"), number, op)], Token);
        Assert.Null(result.Outcomes[0].Refusal);
    }

    private static async Task<TileContent> AddPictureAsync(RunningSite site, string board, int number)
    {
        var content = await site.Services.GetRequiredService<TileStore>().AddAsync(TilePictures.Noise(40, 30, number), TileOrigin.Upload, Owner, Token);
        await DoAsync(site, board, number, new TileAdd(new($"tile-{number}"), new Transform(100 * number, 0, 40, 30), new("a0"), content));
        return content;
    }

    // Finished, with one picture that nobody has chosen.
    private static async Task<string> AddJobAsync(RunningSite site, string board, TileContent content)
    {
        var place = new WorldRect(0, 0, content.PixelWidth, content.PixelHeight);
        var now = site.Time.GetUtcNow();
        var job = Job.Queue(
            new()
            {
                UserId = Owner,
                BoardId = board,
                FrameId = new("frame"),
                RequestId = RandomId.New(),
                Task = JobTask.TextToImage,
                Model = "test-model",
                Settings = FrameSettings.Default with { Steps = 1, Count = 1 },
                Plan = new(FrameTask.TextToImage, place, place, new(content.PixelWidth, content.PixelHeight), new(64, 64), place, 0),
                Price = 1,
            },
            now);
        job.Lease("worker", now, now);
        job.Succeed(new('a', 64), 1, now);
        await using var db = await site.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        db.Add(job);
        db.Add(new JobResultRow
        {
            JobId = job.Id, Image = 0, Sha256 = content.Sha256, PixelWidth = content.PixelWidth, PixelHeight = content.PixelHeight, Attempt = 1,
            X = 0, Y = 0, Width = content.PixelWidth, Height = content.PixelHeight,
        });
        await db.SaveChangesAsync(Token);
        return job.Id;
    }

    private static async Task<HttpResponseMessage> GetAsync(RunningSite site, string path)
    {
        using var http = new HttpClient { BaseAddress = site.Address };
        return await http.GetAsync(path, Token);
    }
}
