using System.ClientModel;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Tests.Infrastructure;
using OpenAI;
using OpenAI.Images;

namespace CanvasWeb.Web.Tests.OpenAi;

/// <summary>The official .NET client, as it comes, against the site with its own worker and canvas-mini. Only the address and the key are ours.</summary>
public sealed class OfficialClientTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_generates_edits_and_varies_by_address_and_by_bytes()
    {
        await using var site = await ApiSite.StartAsync(server, DatabaseKind.Sqlite, ("Inference:Mode", "Child"), ("Inference:Key", ""));
        await Eventually.HoldsAsync("A worker with canvas-mini", () => site.Get<ModelRegistry>().Find("canvas-mini") is { Online: true });
        var ann = await site.AddPersonAsync();
        var client = Client(site, ann.Key, "dall-e-2");
        using var http = site.Client(key: null);

        // 1. By its address.
        GeneratedImage made = await client.GenerateImageAsync("a red cube on a beach", new() { Size = GeneratedImageSize.W256xH256, ResponseFormat = GeneratedImageFormat.Uri, EndUserId = "somebody" }, Token);
        var picture = ImageDecoder.Decode(await http.GetByteArrayAsync(made.ImageUri, Token), ImageLimits.Default);
        Assert.Equal((256, 256), (picture.Width, picture.Height));

        // 2. An edit by its bytes, through a mask.
        var mask = new PixelImage(256, 256);
        for (var i = 0; i < mask.Rgba.Length; i += 4)
            mask.Rgba[i + 3] = (byte)(i < mask.Rgba.Length / 2 ? 0 : 255);
        using var pictureFile = new MemoryStream(ImageEncoder.Encode(picture, new()));
        using var maskFile = new MemoryStream(ImageEncoder.Encode(mask, new()));
        GeneratedImage edited = await client.GenerateImageEditAsync(
            pictureFile, "picture.png", "a blue sky", maskFile, "mask.png", new() { Size = GeneratedImageSize.W256xH256, ResponseFormat = GeneratedImageFormat.Bytes }, Token);
        var result = ImageDecoder.Decode(edited.ImageBytes.ToMemory().Span, ImageLimits.Default);
        Assert.Equal((256, 256), (result.Width, result.Height));
        Assert.Equal(picture.Rgba[(picture.Rgba.Length / 2)..], result.Rgba[(result.Rgba.Length / 2)..]);
        Assert.NotEqual(picture.Rgba[..(picture.Rgba.Length / 2)], result.Rgba[..(result.Rgba.Length / 2)]);

        // 3. Variations.
        using var again = new MemoryStream(ImageEncoder.Encode(picture, new()));
        GeneratedImageCollection varied = await client.GenerateImageVariationsAsync(
            again, "picture.png", 2, new() { Size = GeneratedImageSize.W256xH256, ResponseFormat = GeneratedImageFormat.Bytes }, Token);
        Assert.Equal(2, varied.Count);
        Assert.All(varied, static image => Assert.Equal(ImageFormat.Png, ImageIdentifier.Identify(image.ImageBytes.ToMemory().Span).Format));
        Assert.Equal(50 - 4, (await site.BalanceAsync(ann.Id)).Available.Amount);
    }

    [Fact]
    public async Task It_understands_what_is_refused()
    {
        await using var site = await ApiSite.StartAsync(server, DatabaseKind.Sqlite, ("Credits:FirstMonth", "0"), ("OpenAi:RequestsPerMinute", "3"));
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();

        Assert.Equal(401, (await Assert.ThrowsAsync<ClientResultException>(() => Client(site, "cw_wrong", "dall-e-2").GenerateImageAsync("a fox", null, Token))).Status);
        var client = Client(site, ann.Key, "dall-e-2");
        var bad = await Assert.ThrowsAsync<ClientResultException>(() => client.GenerateImageAsync("a fox", new() { Size = new GeneratedImageSize(1023, 77) }, Token));
        Assert.Equal(400, bad.Status);
        Assert.Contains("invalid_size", bad.Message, StringComparison.Ordinal);
        var poor = await Assert.ThrowsAsync<ClientResultException>(() => client.GenerateImageAsync("a fox", new() { Size = GeneratedImageSize.W256xH256 }, Token));
        Assert.Equal(402, poor.Status);
        Assert.Contains("insufficient_quota", poor.Message, StringComparison.Ordinal);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => Client(site, ann.Key, "no-such-model").GenerateImageAsync("a fox", null, Token))).Status);

        // The client tries again by itself where that may help; here it is told to give up at once.
        var limited = await Assert.ThrowsAsync<ClientResultException>(() => Client(site, ann.Key, "dall-e-2", retries: 0).GenerateImageAsync("a fox", null, Token));
        Assert.Equal(429, limited.Status);
        Assert.Contains("rate_limit_exceeded", limited.Message, StringComparison.Ordinal);
    }

    private static ImageClient Client(ApiSite site, string key, string model, int? retries = null)
    {
        var options = new OpenAIClientOptions { Endpoint = site.Root };
        if (retries is { } count)
            options.RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(count);
        return new(model, new ApiKeyCredential(key), options);
    }
}
