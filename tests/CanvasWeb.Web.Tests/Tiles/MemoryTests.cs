using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Tiles;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Web.Tests.Tiles;

/// <summary>What the site holds at its worst, read from the process itself.</summary>
public sealed class MemoryTests(ITestOutputHelper output)
{
    private const long MiB = 1 << 20;

    /// <summary>The bar for uploads.</summary>
    private const long Most = 512 * MiB;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hostile_files_all_at_once_stay_below_512_MiB()
    {
        await using var site = await SiteProcess.StartAsync();
        var small = TilePictures.Scene(64, 64);
        var photo = TilePictures.Encode(TilePictures.Scene(2000, 1500), ImageFormat.Jpeg);
        byte[][] files =
        [
            [.. "MZ not a picture"u8, .. new byte[30 * MiB]],
            TilePictures.PngClaiming(50_000, 50_000),
            TilePictures.PngClaiming(4_096, 4_095),
            photo[..(photo.Length / 2)],
            TilePictures.AnimatedPng(small),
            TilePictures.JpegWithPlace(TilePictures.Scene(2000, 1500)),
        ];
        var before = site.PeakBytes;
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => UploadAsync(site, files[i % files.Length])));
        foreach (var (status, i) in answers.Select(static (status, i) => (status, i)))
            Assert.Equal(i % files.Length == files.Length - 1 ? HttpStatusCode.Created : status, status);
        Assert.Equal(20, answers.Count(static status => (int)status is >= 400 and < 500));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"24 hostile files at once: {before / MiB} MiB before, {site.PeakBytes / MiB} MiB at the most"));
        Assert.InRange(site.PeakBytes, 1, Most);
    }

    [Fact(Explicit = true)]
    public async Task The_largest_pictures_that_are_taken_stay_below_512_MiB()
    {
        await using var site = await SiteProcess.StartAsync();
        var scene = TilePictures.Scene(4_096, 4_096);
        (string Name, byte[] File)[] files = [("JPEG", TilePictures.Encode(scene, ImageFormat.Jpeg)), ("turned JPEG", TilePictures.JpegWithPlace(scene)), ("PNG", TilePictures.Encode(scene, ImageFormat.Png))];
        foreach (var (name, file) in files)
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal(HttpStatusCode.Created, await UploadAsync(site, file));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"16.8-megapixel {name} of {file.Length / MiB} MiB: {site.PeakBytes / MiB} MiB at the most, {watch.Elapsed.TotalSeconds:0.0} s"));
        }

        await Task.WhenAll(files.Concat(files).Select(file => UploadAsync(site, file.File)));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"six of them at once: {site.PeakBytes / MiB} MiB at the most"));
        Assert.InRange(site.PeakBytes, 1, Most);
    }

    [Theory(Explicit = true)]
    [InlineData("png")]
    [InlineData("jpeg")]
    public async Task An_export_of_16384_pixels_a_side_stays_below_512_MiB(string format)
    {
        // 64 pictures, each 2,048 a side: the board is full of them, one lies turned over the seams.
        await using var site = await SiteProcess.StartAsync(static async store =>
        {
            var ops = new List<TileAdd>();
            for (var i = 0; i < 8; i++)
            {
                var content = await store.AddAsync(TilePictures.Scene(2048, 2048 - i), TileOrigin.Upload, "ann", Token);
                for (var j = 0; j < 8; j++)
                    ops.Add(TilePictures.Add($"t{i}-{j}", content, At(i * 2048, j * 2048, 2048, 2048 - i)));
            }

            ops.Add(TilePictures.Add("turned", ops[0].Content, At(5000, 5000, 3000, 3000, rotation: 30), "a1"));
            return ops;
        });
        var before = site.PeakBytes;
        var watch = Stopwatch.StartNew();
        var request = new { what = "rect", rect = new { x = 0, y = 0, width = 16_384, height = 16_384 }, format };
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/boards/{site.BoardId}/exports") { Content = JsonContent.Create(request) };
        using var answer = await site.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, Token);
        var made = watch.Elapsed;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var body = await answer.Content.ReadAsStreamAsync(Token);
        var head = new byte[1 << 20];
        var headBytes = await body.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, Token);
        var info = ImageIdentifier.Identify(head.AsSpan(0, headBytes));
        Assert.Equal((16_384, 16_384), (info.Width, info.Height));
        Assert.NotNull(JsonDocument.Parse(ImageMetadata.ReadParameters(head.AsSpan(0, headBytes)) ?? "null").RootElement.GetProperty("software").GetString());
        var length = headBytes + await DrainAsync(body);
        Assert.Equal(answer.Content.Headers.ContentLength, length);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"16,384 x 16,384 {format}: {length / MiB} MiB in {made.TotalSeconds:0.0} s, {before / MiB} MiB of memory before, {site.PeakBytes / MiB} MiB at the most"));
        Assert.InRange(site.PeakBytes, 1, Most);
    }

    private static async Task<long> DrainAsync(Stream stream)
    {
        var block = new byte[1 << 20];
        long length = 0;
        int read;
        while ((read = await stream.ReadAsync(block, Token)) > 0)
            length += read;
        return length;
    }

    private static async Task<HttpStatusCode> UploadAsync(SiteProcess site, byte[] file)
    {
        using var content = new ByteArrayContent(file);
        using var answer = await site.Http.PostAsync(new Uri($"/boards/{site.BoardId}/uploads", UriKind.Relative), content, Token);
        return answer.StatusCode;
    }
}
