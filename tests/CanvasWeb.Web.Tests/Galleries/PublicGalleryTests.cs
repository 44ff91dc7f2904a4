using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Galleries;
using CanvasWeb.Web.Galleries.Public;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Moderation.Pictures;
using CanvasWeb.Web.Moderation.Reports;
using CanvasWeb.Web.Tests.Accounts;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tests.Tiles;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Galleries;

public sealed class PublicGalleryTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_link_that_is_taken_back_ends_every_address_under_it_at_once(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server);
        var tiles = new List<string>();
        for (var i = 0; i < 3; i++)
            tiles.Add((await lab.AddTileAsync()).Content.Sha256);
        var (id, token) = await lab.ShareAsync();
        using var guest = lab.Site.OpenBrowser();
        await guest.GoAsync("/g/" + token);
        Assert.Equal(HttpStatusCode.OK, guest.Status);
        var addresses = new HashSet<string>(GalleryLab.AddressesIn(guest.Html));
        foreach (var item in (await lab.FindAsync(id)).Items)
        {
            await guest.GoAsync($"/g/{token}/{item.Id}");
            Assert.Equal(HttpStatusCode.OK, guest.Status);
            addresses.UnionWith(GalleryLab.AddressesIn(guest.Html));

            // Nobody learns the names by which boards serve these pictures for ever.
            Assert.All(tiles, tile => Assert.DoesNotContain(tile[..32], guest.Html, StringComparison.Ordinal));
            Assert.DoesNotContain("/tiles/", guest.Html, StringComparison.Ordinal);
        }

        Assert.Contains(addresses, static address => address.EndsWith("/feed.xml", StringComparison.Ordinal));
        Assert.Equal(3, addresses.Count(static address => address.EndsWith("/0.webp", StringComparison.Ordinal)));
        foreach (var address in addresses)
        {
            using var open = await lab.GetAsync(address);
            Assert.True(open.StatusCode == HttpStatusCode.OK, $"{address} answers {(int)open.StatusCode}");
            Assert.True(open.Headers.CacheControl is { Private: true, NoCache: true } or { NoStore: true }, $"{address} may be kept: {open.Headers.CacheControl}");
            Assert.False(open.Headers.Contains("Set-Cookie") && !address.EndsWith("/report", StringComparison.Ordinal), $"{address} sets a cookie");
            Assert.DoesNotContain(tiles, tile => open.Headers.ETag?.Tag.Contains(tile[..16], StringComparison.Ordinal) == true);
        }

        Assert.Equal(GalleryChange.Done, await lab.Galleries.RevokeAsync(BoardSite.Ann, id, Token));
        foreach (var address in addresses)
        {
            using var closed = await lab.GetAsync(address);
            Assert.True(closed.StatusCode == HttpStatusCode.NotFound, $"{address} answers {(int)closed.StatusCode}");
        }
    }

    [Fact]
    public async Task Unknown_expired_revoked_renewed_and_suspended_are_one_answer()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync();
        var (_, expiring) = await lab.ShareAsync(GalleryLab.Settings with { ExpiresAt = lab.Site.Time.GetUtcNow().AddMinutes(1) });
        var (renewed, old) = await lab.ShareAsync();
        var (revoked, taken) = await lab.ShareAsync();
        var answers = new List<string>();
        await lab.Galleries.RevokeAsync(BoardSite.Ann, revoked, Token);
        var fresh = await lab.Galleries.NewLinkAsync(BoardSite.Ann, renewed, Token);
        Assert.Equal(HttpStatusCode.OK, (await lab.GetAsync("/g/" + expiring)).StatusCode);
        lab.Site.Time.Advance(TimeSpan.FromMinutes(1));
        foreach (var token in (string[])[SecretToken.New("").Secret, "x", old, taken, expiring])
        {
            using var answer = await lab.GetAsync("/g/" + token, "text/html");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            answers.Add(await answer.Content.ReadAsStringAsync(Token));
        }

        Assert.Single(answers.Distinct(StringComparer.Ordinal));
        Assert.Contains("This gallery is not shared any more", answers[0], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await lab.GetAsync("/g/" + fresh)).StatusCode);

        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        (await db.Users.SingleAsync(user => user.Id == BoardSite.Ann, Token)).Suspend("spam", lab.Site.Time.GetUtcNow());
        await db.SaveChangesAsync(Token);
        Assert.Equal(HttpStatusCode.NotFound, (await lab.GetAsync("/g/" + fresh)).StatusCode);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_password_keeps_everything_closed_for_each_guest_who_does_not_know_it(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server);
        await lab.AddTileAsync();
        var (id, token) = await lab.ShareAsync(GalleryLab.Settings with { Story = "A long evening" });
        var (_, other) = await lab.ShareAsync();
        var item = (await lab.FindAsync(id)).Items[0].Id;
        Assert.Equal(GalleryChange.Done, await lab.Galleries.SetPasswordAsync(BoardSite.Ann, id, "open sesame", Token));

        using var guest = lab.Site.OpenBrowser();
        await guest.GoAsync("/g/" + token);
        Assert.Contains("has a password", guest.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Winter fair", guest.Html, StringComparison.Ordinal);
        string[] addresses = [$"/g/{token}/p/{item}/0.webp", $"/g/{token}/p/{item}/download", $"/g/{token}/card.jpg", $"/g/{token}/feed.xml"];
        foreach (var address in addresses)
            Assert.Equal(HttpStatusCode.NotFound, (await lab.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await lab.GetAsync("/oembed?url=" + Uri.EscapeDataString(lab.Site.Address + "g/" + token))).StatusCode);

        await guest.SubmitAsync("Open the gallery", ("password", "open says me"));
        Assert.Equal(HttpStatusCode.Unauthorized, guest.Status);
        await guest.SubmitAsync("Open the gallery", ("password", "open sesame"));
        Assert.Equal(HttpStatusCode.OK, guest.Status);
        Assert.Contains("A long evening", guest.Text, StringComparison.Ordinal);
        foreach (var address in addresses)
        {
            await guest.GoAsync(address);
            Assert.Equal(HttpStatusCode.OK, guest.Status);
        }

        // The pass is for this gallery, for this browser, and for this password.
        using var somebody = lab.Site.OpenBrowser();
        await somebody.GoAsync("/g/" + token);
        Assert.DoesNotContain("A long evening", somebody.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await lab.GetAsync("/g/" + other)).StatusCode);
        await lab.Galleries.SetPasswordAsync(BoardSite.Ann, id, "close sesame", Token);
        await guest.GoAsync("/g/" + token);
        Assert.Contains("has a password", guest.Text, StringComparison.Ordinal);
        await guest.SubmitAsync("Open the gallery", ("password", "close sesame"));
        Assert.Contains("A long evening", guest.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passwords_cannot_be_tried_without_end()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server, ("Galleries:PasswordsPerFiveMinutes", "3"));
        await lab.AddTileAsync();
        var (id, token) = await lab.ShareAsync();
        await lab.Galleries.SetPasswordAsync(BoardSite.Ann, id, "open sesame", Token);
        using var guest = lab.Site.OpenBrowser();
        await guest.GoAsync("/g/" + token);
        for (var i = 0; i < 3; i++)
        {
            await guest.SubmitAsync("Open the gallery", ("password", "guess number " + i));
            Assert.Equal(HttpStatusCode.Unauthorized, guest.Status);
        }

        await guest.SubmitAsync("Open the gallery", ("password", "open sesame"));
        Assert.Equal(HttpStatusCode.TooManyRequests, guest.Status);
        Assert.Contains("Wait five minutes", guest.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task How_a_picture_was_made_is_told_as_its_owner_decides_and_never_the_words_of_others(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server);
        var (job, content) = await lab.AddJobAsync(BoardSite.Ann, "a fox in the snow", picture: TilePictures.Noise(64, 64, 1));
        var (bobs, bobsContent) = await lab.AddJobAsync(BoardSite.Bob, "a bear in the wood", picture: TilePictures.Noise(64, 64, 2));
        await lab.AddTileAsync(TilePictures.Noise(64, 64, 1), job, 0);
        await lab.AddTileAsync(TilePictures.Noise(64, 64, 2), bobs, 0);

        // Ann asked for more like Bob's: the job is hers, the words are his.
        var (like, _) = await lab.AddJobAsync(BoardSite.Ann, "a bear in the wood", JobTask.Variation, TilePictures.Noise(64, 64, 3), writer: BoardSite.Bob);
        await lab.AddTileAsync(TilePictures.Noise(64, 64, 3), like, 0);
        var (id, token) = await lab.ShareAsync(GalleryLab.Settings with { Downloads = GalleryDownloads.WithParameters });
        var items = (await lab.FindAsync(id)).Items;
        Assert.Equal([content.Sha256, bobsContent.Sha256], items.Take(2).Select(static item => item.Sha256));

        Assert.Equal(["4711", "no words", "no words", "no words"], await ToldAsync());
        await lab.Galleries.UpdateAsync(BoardSite.Ann, id, GalleryLab.Settings with { Downloads = GalleryDownloads.WithParameters, ShowPrompts = true }, Token);
        Assert.Equal(["4711", "words", "no words", "no words"], await ToldAsync());
        await lab.Galleries.UpdateAsync(BoardSite.Ann, id, GalleryLab.Settings with { Downloads = GalleryDownloads.Plain, ShowPrompts = true, ShowProcess = false }, Token);
        Assert.Equal(["nothing", "no words", "no words", "no words"], await ToldAsync());

        // Of the page of Ann's picture: whether it tells the seed. Of each picture: whether page, feed or file tell its words.
        async Task<string[]> ToldAsync()
        {
            var pages = new List<string>();
            foreach (var item in items)
            {
                var page = await (await lab.GetAsync($"/g/{token}/{item.Id}")).Content.ReadAsStringAsync(Token);
                var file = await (await lab.GetAsync($"/g/{token}/p/{item.Id}/download")).Content.ReadAsByteArrayAsync(Token);
                pages.Add(page + System.Text.Encoding.Latin1.GetString(file));
            }

            return
            [
                pages[0].Contains("4711", StringComparison.Ordinal) && pages[0].Contains("test-model", StringComparison.Ordinal) ? "4711" : "nothing",
                pages[0].Contains("a fox in the snow", StringComparison.Ordinal) ? "words" : "no words",
                .. pages.Skip(1).Select(static page => page.Contains("a bear in the wood", StringComparison.Ordinal) ? "words" : "no words"),
            ];
        }
    }

    [Fact]
    public async Task Before_shows_what_the_picture_covers_and_none_of_its_neighbours()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        var after = TilePictures.Noise(40, 40, 1);
        var crop = TilePictures.Make(100, 80, static (x, y) => x is >= 30 and < 70 && y is >= 20 and < 60 ? (0, 200, 0, 255) : (200, 0, 0, 255));
        var (job, _) = await lab.AddJobAsync(BoardSite.Ann, "greener", JobTask.Inpaint, after, crop, new(500, 300, 100, 80), new(530, 320, 40, 40));
        await lab.AddTileAsync(after, job, 0);
        var (id, token) = await lab.ShareAsync();
        var item = (await lab.FindAsync(id)).Items[0].Id;
        using var answer = await lab.GetAsync($"/g/{token}/p/{item}/before.webp");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var before = TilePictures.Decode(await answer.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal((40, 40), (before.Width, before.Height));
        for (var at = 0; at < before.Rgba.Length; at += 4)
            Assert.True(before.Rgba[at] < 60 && before.Rgba[at + 1] > 140, $"pixel {at / 4} is of a neighbour");

        await lab.Galleries.UpdateAsync(BoardSite.Ann, id, GalleryLab.Settings with { ShowProcess = false }, Token);
        Assert.Equal(HttpStatusCode.NotFound, (await lab.GetAsync($"/g/{token}/p/{item}/before.webp")).StatusCode);
    }

    [Fact]
    public async Task A_picture_that_several_became_says_why_it_has_no_film()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        var (job, _) = await lab.AddJobAsync(BoardSite.Ann, "a fox", picture: TilePictures.Noise(40, 40, 1), film: TilePictures.Noise(80, 40, 2));
        await lab.AddTileAsync(TilePictures.Noise(40, 40, 1), job, 0, new(0, 0, 40, 40));
        await lab.AddTileAsync(TilePictures.Noise(40, 40, 1), job, 0, new(500, 0, 40, 40));
        await lab.AddTileAsync(TilePictures.Noise(40, 40, 3, opaque: false), at: new(520, 0, 40, 40));
        var (id, token) = await lab.ShareAsync();
        var told = new List<(bool HasFilm, bool SaysWhyNot)>();
        foreach (var item in (await lab.FindAsync(id)).Items)
        {
            var page = await (await lab.GetAsync($"/g/{token}/{item.Id}")).Content.ReadAsStringAsync(Token);
            told.Add((page.Contains("data-film", StringComparison.Ordinal), page.Contains("put together from several", StringComparison.Ordinal)));
        }

        Assert.Equal([(true, false), (false, true)], told.OrderByDescending(static one => one.HasFilm));
    }

    [Fact]
    public async Task An_admin_is_not_asked_for_a_password()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync();
        var (id, token) = await lab.ShareAsync(GalleryLab.Settings with { Story = "A long evening" });
        await lab.Galleries.SetPasswordAsync(BoardSite.Ann, id, "open sesame", Token);

        using var admin = lab.Site.OpenBrowser();
        await admin.RegisterAsync("admin@example.com");
        using var somebody = lab.Site.OpenBrowser();
        await somebody.RegisterAsync("somebody@example.com");
        foreach (var browser in (TestBrowser[])[admin, somebody])
            await browser.GoAsync("/g/" + token);
        Assert.Contains("A long evening", admin.Text, StringComparison.Ordinal);
        Assert.Contains("has a password", somebody.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_film_of_an_edit_which_shows_its_neighbours_is_shown_to_nobody()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        foreach (var task in (JobTask[])[JobTask.TextToImage, JobTask.Variation, JobTask.Interpolation, JobTask.TextDiff, JobTask.Inpaint])
        {
            var picture = TilePictures.Noise(40, 40, (int)task);
            var (job, _) = await lab.AddJobAsync(BoardSite.Ann, "a fox", task, picture, film: TilePictures.Noise(80, 40, 100 + (int)task));
            await lab.AddTileAsync(picture, job, 0);
        }

        var (id, token) = await lab.ShareAsync();
        var told = new List<(bool, HttpStatusCode)>();
        foreach (var item in (await lab.FindAsync(id)).Items)
        {
            var page = await (await lab.GetAsync($"/g/{token}/{item.Id}")).Content.ReadAsStringAsync(Token);
            using var film = await lab.GetAsync($"/g/{token}/p/{item.Id}/film.webp");
            told.Add((page.Contains("data-film", StringComparison.Ordinal), film.StatusCode));
        }

        Assert.Equal([.. Enumerable.Repeat((true, HttpStatusCode.OK), 4), (false, HttpStatusCode.NotFound)], told);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task What_an_admin_has_hidden_is_not_to_be_seen_beneath_an_edit(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server);
        var after = TilePictures.Noise(40, 40, 1);
        var below = new string('b', 64);
        var (job, _) = await lab.AddJobAsync(BoardSite.Ann, "greener", JobTask.Inpaint, after, TilePictures.Noise(40, 40, 2), under: below);
        await lab.AddTileAsync(after, job, 0);
        var (id, token) = await lab.ShareAsync();
        var item = (await lab.FindAsync(id)).Items[0].Id;
        Assert.Equal(HttpStatusCode.OK, (await lab.GetAsync($"/g/{token}/p/{item}/before.webp")).StatusCode);
        await lab.Get<WriteTransactions>().RunAsync(
            (db, token) => HiddenPictures.HideAsync(db, new() { Sha256 = below, Because = HiddenBecause.Admin, CreatedAt = lab.Site.Time.GetUtcNow() }, token), Token);
        Assert.Equal(HttpStatusCode.NotFound, (await lab.GetAsync($"/g/{token}/p/{item}/before.webp")).StatusCode);
        Assert.DoesNotContain("data-compare", await (await lab.GetAsync($"/g/{token}/{item}")).Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_card_of_a_live_board_is_drawn_once_in_a_while_however_often_it_is_asked_for()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync(TilePictures.Plain(50, 50, 200, 30, 30));
        var id = RandomId.New();
        Assert.Equal(GalleryChange.Done, await lab.Galleries.CreateLiveAsync(BoardSite.Ann, id, lab.BoardId, GalleryLab.Settings, Token));
        var address = $"/g/{await lab.Galleries.NewLinkAsync(BoardSite.Ann, id, Token)}/card.jpg";
        var first = await (await lab.GetAsync(address)).Content.ReadAsByteArrayAsync(Token);
        await lab.AddTileAsync(TilePictures.Plain(50, 50, 30, 30, 200));
        Assert.Equal(first, await (await lab.GetAsync(address)).Content.ReadAsByteArrayAsync(Token));
        lab.Site.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.NotEqual(first, await (await lab.GetAsync(address)).Content.ReadAsByteArrayAsync(Token));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Pictures_go_to_a_board_of_ones_own_once_and_without_their_jobs(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server);
        var (job, content) = await lab.AddJobAsync(BoardSite.Ann, "a fox", picture: TilePictures.Noise(64, 64, 9));
        await lab.AddTileAsync(TilePictures.Noise(64, 64, 9), job, 0, new(10, 20, 128, 128, 30));
        var (_, second) = await lab.AddTileAsync();
        var (id, token) = await lab.ShareAsync(GalleryLab.Settings with { AllowRemix = true, Layout = GalleryLayout.Board });
        using var guest = lab.Site.OpenBrowser();
        await guest.GoAsync("/g/" + token);
        Assert.Contains("/account/sign-in?returnUrl=", guest.Html, StringComparison.Ordinal);
        await guest.GoAsync("/account/sign-in");
        await guest.SubmitAsync("Try it");
        await guest.GoAsync("/g/" + token);
        var page = guest.Html;
        guest.StopAt = static url => url.AbsolutePath.StartsWith("/b/", StringComparison.Ordinal);
        await guest.SubmitAsync("Remix");
        var board = guest.Url.AbsolutePath[3..];
        guest.StopAt = null;
        Assert.Contains($"value=\"{board}\"", page, StringComparison.Ordinal);

        // Sent again, as by a second click.
        await guest.GoAsync("/g/" + token);
        guest.StopAt = static url => url.AbsolutePath.StartsWith("/b/", StringComparison.Ordinal);
        await guest.PostAsync($"/g/{token}/remix", ("board", board));
        guest.StopAt = null;
        var state = await lab.Get<BoardHost>().StateAsync(board, Token);
        var tiles = state.Layers().OfType<TileNode>().ToList();
        Assert.Equal([content.Sha256, second.Sha256], tiles.Select(static tile => tile.Content.Sha256));
        Assert.All(tiles, static tile => Assert.Null(tile.Content.Job));
        Assert.Equal(new Transform(10, 20, 128, 128, 30), state.WorldTransform(tiles[0].Id));

        await lab.Galleries.UpdateAsync(BoardSite.Ann, id, GalleryLab.Settings with { AllowRemix = false }, Token);
        await guest.GoAsync("/account/password");
        await guest.PostAsync($"/g/{token}/remix", ("board", RandomId.New()));
        Assert.Equal(HttpStatusCode.NotFound, guest.Status);
    }

    [Fact]
    public async Task Views_are_a_number_and_the_owners_own_looks_are_not_counted()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync();
        var (id, token) = await lab.ShareAsync();
        for (var i = 0; i < 3; i++)
            (await lab.GetAsync("/g/" + token)).Dispose();
        (await lab.GetAsync("/g/" + token + "/feed.xml")).Dispose();
        await lab.Get<GalleryViews>().FlushAsync(Token);
        Assert.Equal(3, (await lab.FindAsync(id)).Gallery.Views);

        using var owner = lab.Site.OpenBrowser();
        await owner.GoAsync("/account/sign-in");
        await owner.SubmitAsync("Try it");
        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        var demo = await db.Users.SingleAsync(static user => user.IsDemo, Token);
        var own = RandomId.New();
        await lab.Galleries.CreateAsync(demo.Id, own, GalleryLab.Settings, Token);
        await owner.GoAsync("/g/" + await lab.Galleries.NewLinkAsync(demo.Id, own, Token));
        Assert.Equal(HttpStatusCode.OK, owner.Status);
        await lab.Get<GalleryViews>().FlushAsync(Token);
        Assert.Equal(0, Assert.IsType<GalleryDetails>(await lab.Galleries.FindAsync(demo.Id, own, Token)).Gallery.Views);
    }

    [Fact]
    public async Task Other_sites_get_a_card_an_embed_and_a_feed()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync(TilePictures.Plain(50, 100, 200, 30, 30));
        await lab.AddTileAsync(TilePictures.Plain(300, 100, 30, 30, 200));
        var (id, token) = await lab.ShareAsync(GalleryLab.Settings with { Title = "Fish & \"chips\" <1>" });
        var page = await (await lab.GetAsync("/g/" + token)).Content.ReadAsStringAsync(Token);
        Assert.Contains($"property=\"og:image\" content=\"{lab.Site.Address}g/{token}/card.jpg\"", page, StringComparison.Ordinal);
        Assert.Contains("summary_large_image", page, StringComparison.Ordinal);

        // The cover, whole, in the middle of a card of the size that is announced.
        using var answer = await lab.GetAsync($"/g/{token}/card.jpg");
        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType?.MediaType);
        var card = TilePictures.Decode(await answer.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal((1200, 630), (card.Width, card.Height));
        Assert.InRange(TilePictures.Pixel(card, 600, 315).R, 190, 210);
        Assert.InRange(TilePictures.Pixel(card, 600, 4).R, 190, 210);
        Assert.InRange(TilePictures.Pixel(card, 40, 315).R, 60, 120);

        var url = $"{lab.Site.Address}g/{token}";
        using var embed = await lab.GetAsync($"/oembed?url={Uri.EscapeDataString(url)}&maxwidth=400&format=json");
        var told = JsonDocument.Parse(await embed.Content.ReadAsStringAsync(Token)).RootElement;
        Assert.Equal(("1.0", "rich", "Fish & \"chips\" <1>", 400, 210), (told.GetProperty("version").GetString(), told.GetProperty("type").GetString(), told.GetProperty("title").GetString(), told.GetProperty("width").GetInt32(), told.GetProperty("height").GetInt32()));
        Assert.DoesNotContain("<1>", told.GetProperty("html").GetString(), StringComparison.Ordinal);
        Assert.Contains("/oembed?format=json&amp;url=" + Uri.EscapeDataString(url), page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotImplemented, (await lab.GetAsync($"/oembed?url={Uri.EscapeDataString(url)}&format=xml")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await lab.GetAsync($"/oembed?url={Uri.EscapeDataString("https://example.org/g/" + token)}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await lab.GetAsync("/oembed")).StatusCode);

        var feed = XDocument.Parse(await (await lab.GetAsync($"/g/{token}/feed.xml")).Content.ReadAsStringAsync(Token));
        Assert.Equal("Fish & \"chips\" <1>", feed.Root?.Element("channel")?.Element("title")?.Value);
        Assert.Equal((await lab.FindAsync(id)).Items.Select(item => $"{url}/{item.Id}"), feed.Descendants("item").Select(static item => item.Element("link")!.Value)); // Each has one.
    }

    [Fact]
    public async Task A_gallery_is_kept_from_search_engines_unless_its_owner_says_so()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync();
        var (id, token) = await lab.ShareAsync();
        using var kept = await lab.GetAsync("/g/" + token);
        Assert.Equal("noindex", kept.Headers.GetValues("X-Robots-Tag").Single());
        await lab.Galleries.UpdateAsync(BoardSite.Ann, id, GalleryLab.Settings with { AllowIndexing = true }, Token);
        using var shown = await lab.GetAsync("/g/" + token);
        Assert.False(shown.Headers.Contains("X-Robots-Tag"));
        Assert.DoesNotContain("noindex", await shown.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_gallery_comes_in_pages_and_a_picture_knows_its_neighbours()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server, ("Galleries:PageSize", "3"));
        for (var i = 0; i < 7; i++)
            await lab.AddTileAsync();
        var (id, token) = await lab.ShareAsync();
        var items = (await lab.FindAsync(id)).Items.Select(static item => item.Id).ToList();
        var seen = new List<string>();
        for (var page = 1; page <= 3; page++)
        {
            var html = await (await lab.GetAsync($"/g/{token}?page={page}")).Content.ReadAsStringAsync(Token);
            seen.AddRange(items.Where(item => html.Contains($"/p/{item}/", StringComparison.Ordinal)));
            Assert.Equal(page < 3, html.Contains("rel=\"next\"", StringComparison.Ordinal));
        }

        Assert.Equal(items, seen);
        Assert.Equal(HttpStatusCode.Redirect, (await lab.GetAsync($"/g/{token}?page=4")).StatusCode);
        var middle = await (await lab.GetAsync($"/g/{token}/{items[3]}")).Content.ReadAsStringAsync(Token);
        Assert.Contains($"/g/{token}/{items[2]}\"", middle, StringComparison.Ordinal);
        Assert.Contains($"/g/{token}/{items[4]}\"", middle, StringComparison.Ordinal);
        Assert.Contains("4 of 7", middle, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_is_shown_as_a_copy_which_does_not_tell_its_address_and_downloaded_as_it_is()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        var (_, content) = await lab.AddTileAsync(TilePictures.Scene(600, 400));
        var (_, noise) = await lab.AddTileAsync(TilePictures.Noise(300, 300, 77));
        var (_, small) = await lab.AddTileAsync(TilePictures.Plain(8, 8, 200, 30, 30));
        var (id, token) = await lab.ShareAsync(GalleryLab.Settings with { Title = "Ünder the sea!" });
        var items = (await lab.FindAsync(id)).Items;
        foreach (var item in items)
        {
            using var shown = await lab.GetAsync($"/g/{token}/p/{item.Id}/0.webp");
            using var down = await lab.GetAsync($"/g/{token}/p/{item.Id}/download");
            var file = await down.Content.ReadAsByteArrayAsync(Token);
            Assert.Equal(item.Sha256, Web.Tiles.FileBlobs.NameOf(file));
            var seen = await shown.Content.ReadAsByteArrayAsync(Token);
            var picture = TilePictures.Decode(seen);
            Assert.Equal((item.PixelWidth, item.PixelHeight), (picture.Width, picture.Height));
            Assert.NotEqual(item.Sha256, Web.Tiles.FileBlobs.NameOf(seen));
            Assert.Equal($"ünder-the-sea-{item.Position + 1}.webp", down.Content.Headers.ContentDisposition?.FileNameStar);

            // Asked again with the tag: nothing is sent twice.
            using var http = new HttpClient { BaseAddress = lab.Site.Address };
            using var again = new HttpRequestMessage(HttpMethod.Get, $"/g/{token}/p/{item.Id}/0.webp");
            again.Headers.IfNoneMatch.Add(Assert.IsType<System.Net.Http.Headers.EntityTagHeaderValue>(shown.Headers.ETag));
            using var same = await http.SendAsync(again, Token);
            Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        }

        Assert.Equal([content.Sha256, noise.Sha256, small.Sha256], items.Select(static item => item.Sha256));
        await lab.Galleries.UpdateAsync(BoardSite.Ann, id, GalleryLab.Settings with { Downloads = GalleryDownloads.None }, Token);
        Assert.Equal(HttpStatusCode.NotFound, (await lab.GetAsync($"/g/{token}/p/{items[0].Id}/download")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await lab.GetAsync($"/g/{token}/p/{items[0].Id}/9.webp")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await lab.GetAsync($"/g/{token}/p/{items[0].Id}/00.webp")).StatusCode);
    }

    [Fact]
    public async Task Every_size_that_a_page_offers_is_there_and_as_wide_as_it_says()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync(TilePictures.Scene(600, 401));
        var (_, token) = await lab.ShareAsync();
        var html = await (await lab.GetAsync("/g/" + token)).Content.ReadAsStringAsync(Token);
        var sources = html.Split("srcset=\"")[1].Split('"')[0].Split(", ").Select(static source => source.Split(' ')).ToList();
        Assert.Contains(sources, static source => source[1] == "450w");
        foreach (var source in sources)
        {
            using var answer = await lab.GetAsync(source[0]);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(source[1], TilePictures.Decode(await answer.Content.ReadAsByteArrayAsync(Token)).Width + "w");
        }

        var between = sources[0][0].Split('/')[..^1];
        foreach (var name in (string[])["m", "9m", "00m", "-1m", "0mm"])
            Assert.Equal(HttpStatusCode.NotFound, (await lab.GetAsync(string.Join('/', between) + $"/{name}.webp")).StatusCode);
    }

    [Fact]
    public async Task Pages_are_compressed_for_guests_and_for_nobody_who_is_signed_in()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync();
        var (_, token) = await lab.ShareAsync(GalleryLab.Settings with { AllowRemix = true });
        using var http = new HttpClient(new SocketsHttpHandler { CookieContainer = new() }) { BaseAddress = lab.Site.Address };
        http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br");
        using var guest = await http.GetAsync("/g/" + token, Token);
        Assert.Equal(["br"], guest.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", guest.Headers.Vary);

        using var person = lab.Site.OpenBrowser();
        await person.GoAsync("/account/sign-in");
        await person.SubmitAsync("Try it");
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/g/" + token);
        asked.Headers.Add("Cookie", person.Cookies.Header(lab.Site.Address));
        using var plain = await http.SendAsync(asked, Token);
        Assert.Contains("__RequestVerificationToken", await plain.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task A_picture_of_one_gallery_is_not_to_be_had_by_the_link_of_another()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync();
        var (id, _) = await lab.ShareAsync();
        var empty = RandomId.New();
        await lab.Galleries.CreateAsync(BoardSite.Eve, empty, GalleryLab.Settings, Token);
        var token = await lab.Galleries.NewLinkAsync(BoardSite.Eve, empty, Token);
        var item = (await lab.FindAsync(id)).Items[0].Id;
        foreach (var rest in (string[])["", "/0.webp", "/card.jpg", "/download"])
            Assert.Equal(HttpStatusCode.NotFound, (await lab.GetAsync($"/g/{token}{(rest.Length == 0 ? "" : "/p")}/{item}{rest}")).StatusCode);
    }

    [Fact]
    public async Task A_report_arrives_with_what_is_reported()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync();
        var (id, token) = await lab.ShareAsync();
        var item = (await lab.FindAsync(id)).Items[0];
        using var guest = lab.Site.OpenBrowser();
        await guest.GoAsync($"/g/{token}/report?item={item.Id}");
        await guest.SubmitAsync("Send the report", ("reason", "Hate"), ("text", "Look at the sign."));
        Assert.Contains("Thank you", guest.Text, StringComparison.Ordinal);
        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        var report = await db.Set<Report>().AsNoTracking().SingleAsync(Token);
        Assert.Equal((id, item.Id, BoardSite.Ann, item.Sha256, "Look at the sign."), (report.TargetId, report.Part, report.OwnerId, report.Sha256, report.Text));
    }

    [Fact]
    public async Task A_report_says_nothing_by_itself_and_is_not_taken_without_a_reason()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync();
        var (_, token) = await lab.ShareAsync();
        using var guest = lab.Site.OpenBrowser();
        await guest.GoAsync($"/g/{token}/report");
        await guest.SubmitAsync("Send the report", ("reason", ""), ("text", "I did not choose."));
        Assert.Contains("Choose what is wrong", guest.Text, StringComparison.Ordinal);
        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        Assert.Empty(await db.Set<Report>().AsNoTracking().ToListAsync(Token));
    }

    [Fact]
    public async Task The_only_picture_of_a_gallery_has_no_way_to_others()
    {
        await using var lab = await GalleryLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync();
        var (id, token) = await lab.ShareAsync();
        var item = (await lab.FindAsync(id)).Items[0];
        using var guest = lab.Site.OpenBrowser();
        await guest.GoAsync($"/g/{token}/{item.Id}");
        Assert.Contains("Report", guest.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("1 of 1", guest.Text, StringComparison.Ordinal);
    }
}
