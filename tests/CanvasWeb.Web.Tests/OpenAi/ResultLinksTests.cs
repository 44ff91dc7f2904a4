using CanvasWeb.Imaging;
using CanvasWeb.Web.OpenAi;
using CanvasWeb.Web.OpenAi.Pictures;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tests.OpenAi;

public sealed class ResultLinksTests
{
    [Fact]
    public void An_address_works_for_sixty_minutes_and_not_a_minute_longer()
    {
        var time = new ManualTime();
        var links = new ResultLinks(new EphemeralDataProtectionProvider(), Options.Create(new OpenAiOptions()), time);
        var token = links.Write("a-job", 3, ImageFormat.WebP, 80, ProvenanceDetail.Source);

        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(("a-job", 3, ImageFormat.WebP, 80, ProvenanceDetail.Source), links.Read(token) is { } link ? (link.JobId, link.Image, link.Format, link.Quality, link.Detail) : default);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(links.Read(token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("ö/../..")]
    public void What_was_never_given_out_opens_nothing(string token)
    {
        var links = new ResultLinks(new EphemeralDataProtectionProvider(), Options.Create(new OpenAiOptions()), new ManualTime());
        var others = new ResultLinks(new EphemeralDataProtectionProvider(), Options.Create(new OpenAiOptions()), new ManualTime());

        Assert.Null(links.Read(token));
        Assert.Null(links.Read(others.Write("a-job", 0, ImageFormat.Png, 90, ProvenanceDetail.Full)));
    }
}
