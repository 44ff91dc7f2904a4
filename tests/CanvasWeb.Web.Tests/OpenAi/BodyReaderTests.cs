using System.Text.Json;
using CanvasWeb.Web.OpenAi;
using CanvasWeb.Web.OpenAi.Requests;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tests.OpenAi;

public sealed class BodyReaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Json_with_pictures_is_in_memory_for_as_many_at_once_as_there_is_room()
    {
        using var reader = new BodyReader(Options.Create(new OpenAiOptions { JsonMemoryBytes = 200_000, MaxWaitingJson = 0 }));

        var (first, _) = await reader.ReadAsync(Request(60_000), takesPictures: true, Token);
        var (none, busy) = await reader.ReadAsync(Request(60_000), takesPictures: true, Token);
        Assert.Equal((60_000, null, "server_busy"), (first?.Images[0].Length, none, busy?.Code));

        first?.Dispose();
        var (second, _) = await reader.ReadAsync(Request(60_000), takesPictures: true, Token);
        Assert.NotNull(second);
        second.Dispose();

        // What is refused keeps nothing.
        var (_, wrong) = await reader.ReadAsync(Request(60_000, "mask", "http://example.org"), takesPictures: true, Token);
        Assert.Equal("url_not_fetched", wrong?.Code);
        using var third = (await reader.ReadAsync(Request(60_000), takesPictures: true, Token)).Body;
        Assert.NotNull(third);
    }

    [Theory]
    [InlineData("data:image/png;base64,AP/+", true)]
    [InlineData("DATA:image/png;base64,AP/+", true)]
    [InlineData("AP/+", true)]
    [InlineData("data:image/png;base64", false)]
    [InlineData("data:image/png;base64,", false)]
    [InlineData("AP/+*", false)]
    [InlineData("", false)]
    public async Task A_picture_is_read_from_its_text_however_that_is_escaped(string text, bool isPicture)
    {
        using var reader = new BodyReader(Options.Create(new OpenAiOptions()));
        foreach (var written in (string[])[text, text.Replace("/", "\\/", StringComparison.Ordinal), text.Replace("+", "\\u002B", StringComparison.Ordinal)])
        {
            using var body = (await reader.ReadAsync(Request($"{{\"image\":[{{\"image_url\":\"{written}\"}}]}}"), takesPictures: true, Token)).Body;
            Assert.Equal(isPicture, body is not null);
            if (body is null)
                continue;
            using var read = new MemoryStream();
            await using var stream = Assert.Single(body.Images).Open();
            await stream.CopyToAsync(read, Token);
            Assert.Equal([0, 255, 254], read.ToArray());
        }
    }

    private static DefaultHttpContext Request(int bytes, string name = "prompt", string value = "a hat") =>
        Request(JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { ["image"] = Convert.ToBase64String(new byte[bytes]), [name] = value }));

    private static DefaultHttpContext Request(string json) =>
        new() { Request = { ContentType = "application/json", Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)) } };
}
