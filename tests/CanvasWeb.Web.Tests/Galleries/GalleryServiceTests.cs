using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Accounts.Page;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Galleries;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tests.Tiles;
using CanvasWeb.Web.Tiles;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Galleries;

public sealed class GalleryServiceTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task What_is_asked_for_twice_is_there_once(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server);
        var (first, _) = await lab.AddTileAsync();
        var (second, _) = await lab.AddTileAsync();
        var id = RandomId.New();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => lab.Galleries.CreateAsync(BoardSite.Ann, id, GalleryLab.Settings, Token)));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => lab.Galleries.AddTilesAsync(BoardSite.Ann, id, lab.BoardId, null, Token)));
        Assert.Equal(GalleryChange.Done, await lab.Galleries.AddTilesAsync(BoardSite.Ann, id, lab.BoardId, [second], Token));
        Assert.Single(await lab.Galleries.ListAsync(BoardSite.Ann, Token));
        var items = (await lab.FindAsync(id)).Items;
        Assert.Equal([GalleryItem.KeyOf(lab.BoardId, first), GalleryItem.KeyOf(lab.BoardId, second)], items.Select(static item => item.SourceKey));
        Assert.Equal([0, 1], items.Select(static item => item.Position));
    }

    [Fact]
    public async Task A_fill_or_an_extension_hangs_as_one_picture_with_what_it_lies_over()
    {
        // 1. A made picture, a patch with soft edges over its right border, and one that lies apart.
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        var ground = Opaque(64, 64, 200);
        var (job, _) = await lab.AddJobAsync(BoardSite.Ann, "a fox", picture: ground);
        await lab.AddTileAsync(ground, job, 0, new(0, 0, 128, 128));
        var patch = Opaque(48, 64, 40);
        for (var y = 0; y < 64; y++)
            patch.Rgba[(y * 48 * 4) + 3] = 0;
        var (top, _) = await lab.AddTileAsync(patch, at: new(96, 0, 96, 128));
        var (apart, _) = await lab.AddTileAsync(Opaque(32, 32, 90), at: new(500, 0, 64, 64));

        // 2. Two pictures, the first as wide as both tiles together, in the sharper one's pixels, and made by what made its ground.
        var (id, _) = await lab.ShareAsync();
        var items = (await lab.FindAsync(id)).Items;
        Assert.Equal([GalleryItem.KeyOf(lab.BoardId, top), GalleryItem.KeyOf(lab.BoardId, apart)], items.Select(static item => item.SourceKey));
        Assert.Equal((new(0, 0, 192, 128), new PixelSize(96, 64), job), (items[0].Place, items[0].Size, items[0].JobId));
        using var file = lab.Get<FileBlobs>().Open(items[0].Sha256);
        using var bytes = new MemoryStream();
        await file!.CopyToAsync(bytes, Token); // Hung above.
        var seen = ImageDecoder.Decode(bytes.ToArray(), ImageLimits.Default);
        Assert.Equal((200, 200, 40, 40), (Red(seen, 10, 30), Red(seen, 48, 30), Red(seen, 60, 30), Red(seen, 90, 30)));

        // 3. The same again is there already.
        Assert.Equal(GalleryChange.Done, await lab.Galleries.AddTilesAsync(BoardSite.Ann, id, lab.BoardId, null, Token));
        Assert.Equal(2, (await lab.FindAsync(id)).Items.Count);

        static PixelImage Opaque(int width, int height, byte red)
        {
            var picture = new PixelImage(width, height);
            for (var i = 0; i < picture.Rgba.Length; i += 4)
                (picture.Rgba[i], picture.Rgba[i + 3]) = (red, byte.MaxValue);
            return picture;
        }

        static int Red(PixelImage picture, int x, int y) => picture.Rgba[((y * picture.Width) + x) * 4];
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Pictures_are_put_in_order_taken_down_and_shown_first(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server);
        for (var i = 0; i < 4; i++)
            await lab.AddTileAsync();
        var (id, _) = await lab.ShareAsync();
        var ids = (await lab.FindAsync(id)).Items.Select(static item => item.Id).ToList();
        Assert.Equal(ids[0], (await lab.FindAsync(id)).Cover?.Id);

        Assert.Equal(GalleryChange.Done, await lab.Galleries.ReorderAsync(BoardSite.Ann, id, [ids[3], ids[1], "nothing"], Token));
        Assert.Equal([ids[3], ids[1], ids[0], ids[2]], (await lab.FindAsync(id)).Items.Select(static item => item.Id));
        Assert.Equal(GalleryChange.Done, await lab.Galleries.SetCoverAsync(BoardSite.Ann, id, ids[0], Token));
        Assert.Equal(GalleryChange.NotFound, await lab.Galleries.SetCoverAsync(BoardSite.Ann, id, RandomId.New(), Token));
        Assert.Equal(GalleryChange.Done, await lab.Galleries.DescribeAsync(BoardSite.Ann, id, ids[0], "  The\u0007 fair ", Token));
        Assert.Equal("The fair", (await lab.FindAsync(id)).Cover?.Caption);
        Assert.Equal(ids[0], Assert.Single(await lab.Galleries.ListAsync(BoardSite.Ann, Token)).Cover?.Id);

        // The cover goes, and the first one stands in for it.
        Assert.Equal(GalleryChange.Done, await lab.Galleries.RemoveAsync(BoardSite.Ann, id, [ids[0]], Token));
        var left = await lab.FindAsync(id);
        Assert.Equal([ids[3], ids[1], ids[2]], left.Items.Select(static item => item.Id));
        Assert.Equal(ids[3], left.Cover?.Id);
        var card = Assert.Single(await lab.Galleries.ListAsync(BoardSite.Ann, Token));
        Assert.Equal((3, ids[3]), (card.Count, card.Cover?.Id));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_gallery_is_its_owners_alone(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server);
        await lab.AddTileAsync();
        var (id, token) = await lab.ShareAsync();
        var item = (await lab.FindAsync(id)).Items[0].Id;
        foreach (var somebody in (string[])[BoardSite.Bob, BoardSite.Eve])
        {
            var own = GalleryLab.Settings with { Title = "Mine now" };
            Assert.Null(await lab.Galleries.FindAsync(somebody, id, Token));
            Assert.Empty(await lab.Galleries.ListAsync(somebody, Token));
            Assert.Null(await lab.Galleries.NewLinkAsync(somebody, id, Token));
            Assert.All(
                await Task.WhenAll(
                    lab.Galleries.CreateAsync(somebody, id, own, Token),
                    lab.Galleries.UpdateAsync(somebody, id, own, Token),
                    lab.Galleries.SetPasswordAsync(somebody, id, "password", Token),
                    lab.Galleries.AddTilesAsync(somebody, id, lab.BoardId, null, Token),
                    lab.Galleries.ReorderAsync(somebody, id, [item], Token),
                    lab.Galleries.DescribeAsync(somebody, id, item, "Mine", Token),
                    lab.Galleries.RemoveAsync(somebody, id, [item], Token),
                    lab.Galleries.SetCoverAsync(somebody, id, item, Token),
                    lab.Galleries.RevokeAsync(somebody, id, Token),
                    lab.Galleries.DeleteAsync(somebody, id, Token)),
                static change => Assert.Equal(GalleryChange.NotFound, change));
        }

        var after = await lab.FindAsync(id);
        Assert.Equal(("Winter fair", "", token), (after.Gallery.Title, Assert.Single(after.Items).Caption, after.Token));
        Assert.Null(after.Gallery.PasswordHash);
    }

    [Theory]
    [InlineData(BoardSite.Ann, GalleryChange.Done, GalleryChange.Done)]
    [InlineData(BoardSite.Bob, GalleryChange.Done, GalleryChange.NotFound)]
    [InlineData(BoardSite.Vic, GalleryChange.NotFound, GalleryChange.NotFound)]
    [InlineData(BoardSite.Eve, GalleryChange.NotFound, GalleryChange.NotFound)]
    public async Task Who_only_looks_at_a_board_does_not_publish_it(string somebody, object pictures, object live)
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync();
        var id = RandomId.New();
        await lab.Galleries.CreateAsync(somebody, id, GalleryLab.Settings, Token);
        Assert.Equal(pictures, await lab.Galleries.AddTilesAsync(somebody, id, lab.BoardId, null, Token));
        Assert.Equal(live, await lab.Galleries.CreateLiveAsync(somebody, RandomId.New(), lab.BoardId, GalleryLab.Settings, Token));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Results_are_hung_by_who_ordered_them(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server);
        var (job, content) = await lab.AddJobAsync(BoardSite.Ann, "a fox");
        var (bobs, _) = await lab.AddJobAsync(BoardSite.Bob, "a bear in the wood");
        var (id, _) = await lab.ShareAsync();
        Assert.Equal(GalleryChange.NotFound, await lab.Galleries.AddResultsAsync(BoardSite.Ann, id, [new(bobs, 0)], Token));
        Assert.Equal(GalleryChange.NotFound, await lab.Galleries.AddResultsAsync(BoardSite.Ann, id, [new(job, 1)], Token));
        for (var i = 0; i < 2; i++)
            Assert.Equal(GalleryChange.Done, await lab.Galleries.AddResultsAsync(BoardSite.Ann, id, [new(job, 0)], Token));
        var item = Assert.Single((await lab.FindAsync(id)).Items);
        Assert.Equal((content.Sha256, job, 0, lab.BoardId), (item.Sha256, item.JobId, item.Image, item.BoardId));
    }

    [Fact]
    public async Task A_tile_that_claims_the_job_of_another_picture_is_hung_without_it()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        var (job, content) = await lab.AddJobAsync(BoardSite.Ann, "a secret", picture: TilePictures.Noise(80, 40, 5));
        await lab.AddTileAsync(TilePictures.Noise(80, 40, 5), job, 0);
        await lab.AddTileAsync(TilePictures.Noise(80, 40, 6), job, 0);
        var (id, _) = await lab.ShareAsync();
        var items = (await lab.FindAsync(id)).Items;
        Assert.Equal([(content.Sha256, job), (items[1].Sha256, null)], items.Select(static item => (item.Sha256, item.JobId)));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Nobody_has_more_galleries_or_pictures_than_they_may(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server, ("Galleries:PerUser", "3"), ("Galleries:ItemsPerGallery", "2"));
        var changes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => lab.Galleries.CreateAsync(BoardSite.Ann, RandomId.New(), GalleryLab.Settings, Token)));
        Assert.Equal(3, changes.Count(static change => change == GalleryChange.Done));
        Assert.Equal(5, changes.Count(static change => change == GalleryChange.TooMany));
        var nodes = new List<NodeId>();
        for (var i = 0; i < 3; i++)
            nodes.Add((await lab.AddTileAsync()).Node);
        var id = (await lab.Galleries.ListAsync(BoardSite.Ann, Token))[0].Gallery.Id;
        var hung = await Task.WhenAll(nodes.Select(node => lab.Galleries.AddTilesAsync(BoardSite.Ann, id, lab.BoardId, [node], Token)));
        Assert.Equal(2, hung.Count(static change => change == GalleryChange.Done));
        Assert.Equal(2, (await lab.FindAsync(id)).Items.Count);
    }

    [Theory]
    [InlineData("", "", 1, GalleryChange.BadTitle)]
    [InlineData(" \u0007 ", "", 1, GalleryChange.BadTitle)]
    [InlineData("A title", "", -1, GalleryChange.BadExpiry)]
    public async Task Settings_that_make_no_sense_are_refused_and_change_nothing(string title, string story, int days, object expected)
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        var settings = GalleryLab.Settings with { Title = title, Story = story, ExpiresAt = lab.Site.Time.GetUtcNow().AddDays(days) };
        var (id, _) = await lab.ShareAsync();
        Assert.Equal(expected, await lab.Galleries.UpdateAsync(BoardSite.Ann, id, settings, Token));
        Assert.Equal(expected, await lab.Galleries.CreateAsync(BoardSite.Ann, RandomId.New(), settings, Token));
        Assert.Equal("Winter fair", Assert.Single(await lab.Galleries.ListAsync(BoardSite.Ann, Token)).Gallery.Title);
    }

    [Fact]
    public async Task Texts_and_passwords_have_their_bounds()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync();
        var (id, _) = await lab.ShareAsync();
        var item = (await lab.FindAsync(id)).Items[0].Id;
        Assert.Equal(GalleryChange.BadText, await lab.Galleries.UpdateAsync(BoardSite.Ann, id, GalleryLab.Settings with { Story = new('x', Gallery.MaxStoryLength + 1) }, Token));
        Assert.Equal(GalleryChange.BadTitle, await lab.Galleries.UpdateAsync(BoardSite.Ann, id, GalleryLab.Settings with { Title = new('x', Gallery.MaxTitleLength + 1) }, Token));
        Assert.Equal(GalleryChange.BadText, await lab.Galleries.DescribeAsync(BoardSite.Ann, id, item, new('x', GalleryItem.MaxCaptionLength + 1), Token));
        Assert.Equal(GalleryChange.BadPassword, await lab.Galleries.SetPasswordAsync(BoardSite.Ann, id, "short", Token));
        Assert.Equal(GalleryChange.BadPassword, await lab.Galleries.SetPasswordAsync(BoardSite.Ann, id, new('x', GalleryService.MaxPasswordLength + 1), Token));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task The_database_has_no_link_and_no_password_that_could_be_read(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server);
        var (id, token) = await lab.ShareAsync();
        await lab.Galleries.SetPasswordAsync(BoardSite.Ann, id, "open sesame", Token);
        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        var row = await db.Set<Gallery>().AsNoTracking().SingleAsync(Token);
        foreach (var stored in (string?[])[row.TokenHash, row.SealedToken, row.PasswordHash])
        {
            Assert.NotNull(stored);
            Assert.DoesNotContain(token, stored, StringComparison.Ordinal);
            Assert.DoesNotContain("sesame", stored, StringComparison.Ordinal);
        }

        // And all the same its owner can copy it again.
        Assert.Equal(token, (await lab.FindAsync(id)).Token);
        Assert.Equal(token, Assert.Single(await lab.Galleries.ListAsync(BoardSite.Ann, Token)).Token);
    }

    [Fact]
    public async Task Links_and_passwords_are_noted_without_what_they_are()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        var (id, _) = await lab.ShareAsync();
        await lab.Galleries.SetPasswordAsync(BoardSite.Ann, id, "open sesame", Token);
        await lab.Galleries.SetPasswordAsync(BoardSite.Ann, id, null, Token);
        await lab.Galleries.RevokeAsync(BoardSite.Ann, id, Token);
        await lab.Galleries.RevokeAsync(BoardSite.Ann, id, Token); // Nothing was there to take back.
        await lab.Galleries.RevokeAsync(BoardSite.Bob, id, Token); // Not theirs.

        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        var entries = await db.Set<AuditEntry>().AsNoTracking().Where(entry => entry.Subject == "gallery:" + id).ToListAsync(Token);
        Assert.Equal(["gallery.link", "gallery.no-password", "gallery.password", "gallery.revoke"], entries.Select(static entry => entry.Action).Order(StringComparer.Ordinal));
        Assert.All(entries, static entry => Assert.Equal((BoardSite.Ann, null), (entry.ActorId, entry.Details)));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_deleted_account_leaves_no_gallery_and_takes_its_boards_pictures_out_of_those_of_others(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server);
        await lab.AddTileAsync();
        var (_, anns) = await lab.ShareAsync();
        var live = RandomId.New();
        Assert.Equal(GalleryChange.Done, await lab.Galleries.CreateLiveAsync(BoardSite.Ann, live, lab.BoardId, GalleryLab.Settings, Token));
        var bobs = RandomId.New();
        await lab.Galleries.CreateAsync(BoardSite.Bob, bobs, GalleryLab.Settings, Token);
        Assert.Equal(GalleryChange.Done, await lab.Galleries.AddTilesAsync(BoardSite.Bob, bobs, lab.BoardId, null, Token));

        await lab.Get<AccountDeletion>().DeleteAsync(BoardSite.Ann, Token);
        Assert.Equal(404, (int)(await lab.GetAsync("/g/" + anns)).StatusCode);
        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        Assert.Equal(bobs, (await db.Set<Gallery>().SingleAsync(Token)).Id);
        Assert.Equal(0, await db.Set<GalleryItem>().CountAsync(Token));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_board_that_leaves_the_bin_for_good_takes_its_pictures_along(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server);
        await lab.AddTileAsync();
        var (id, _) = await lab.ShareAsync();
        var live = RandomId.New();
        await lab.Galleries.CreateLiveAsync(BoardSite.Ann, live, lab.BoardId, GalleryLab.Settings, Token);
        var shelf = lab.Get<BoardShelf>();
        await shelf.DeleteAsync(BoardSite.Ann, lab.BoardId, Token);
        Assert.Single((await lab.FindAsync(id)).Items); // From the bin it can come back.

        // Put there long ago; a running site's clock set forward by a year would ring all its timers on the way.
        await using (var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token))
        {
            (await db.Set<Board>().SingleAsync(board => board.Id == lab.BoardId, Token)).PutInBin(lab.Site.Time.GetUtcNow().AddDays(-400));
            await db.SaveChangesAsync(Token);
        }

        Assert.Equal(1, await shelf.PurgeAsync(10, Token));
        Assert.Empty((await lab.FindAsync(id)).Items);
        Assert.Null(await lab.Galleries.FindAsync(BoardSite.Ann, live, Token));
    }

    [Fact]
    public async Task What_is_hidden_on_the_board_is_not_hung()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        var (shown, _) = await lab.AddTileAsync();
        var (hidden, _) = await lab.AddTileAsync();
        var hide = new ClientOp(new("lab-2"), 1, new NodeSet(hidden, Style: new NodeStyle { Hidden = true }));
        await lab.Get<BoardHost>().SubmitAsync(lab.BoardId, new(BoardSite.Ann), BoardRole.Owner, [hide], Token);
        var (id, _) = await lab.ShareAsync();
        Assert.Equal(GalleryItem.KeyOf(lab.BoardId, shown), Assert.Single((await lab.FindAsync(id)).Items).SourceKey);
    }
}
