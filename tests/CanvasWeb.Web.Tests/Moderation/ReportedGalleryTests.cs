using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Moderation.Reports;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Galleries;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Moderation;

public sealed class ReportedGalleryTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task An_admin_sees_the_first_pictures_of_a_reported_gallery_and_its_page_while_that_is_open(DatabaseKind kind)
    {
        await using var lab = await GalleryLab.OpenAsync(kind, server);
        var expected = new List<string>();
        for (var i = 0; i < 9; i++)
            expected.Add((await lab.AddTileAsync()).Content.Sha256);
        var (id, token) = await lab.ShareAsync();
        await lab.Get<ReportQueue>().AddAsync(ReportTarget.Gallery(id, BoardSite.Ann), Reporter.OfUser(BoardSite.Bob), ReportReason.Other, "", Token);

        var thing = Assert.Single(await lab.Get<ReportDesk>().OpenAsync(Token));
        Assert.Equal(expected[..8], thing.Pictures);
        Assert.Equal("/g/" + token, thing.Page);

        await lab.Galleries.RevokeAsync(BoardSite.Ann, id, Token);
        thing = Assert.Single(await lab.Get<ReportDesk>().OpenAsync(Token));
        Assert.Equal(expected[..8], thing.Pictures);
        Assert.Null(thing.Page);
    }
}
