using System.Net.Http.Headers;
using System.Text.Json;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Generation.Workers;
using CanvasWeb.Web.Tests.Boards;

namespace CanvasWeb.Web.Tests.Generation;

/// <summary>A worker that the test moves by hand, over the real hub and the real HTTP.</summary>
internal sealed class FakeWorker : IAsyncDisposable
{
    private readonly HttpClient _http;

    private FakeWorker(HubLine line, Uri site, string key)
    {
        Line = line;
        _http = new() { BaseAddress = site };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public HubLine Line { get; }

    public static Task<FakeWorker> ConnectAsync(BoardSite site, bool hello = true) => ConnectAsync(site.Address, site.Services, hello);

    public static async Task<FakeWorker> ConnectAsync(Uri address, IServiceProvider services, bool hello = true)
    {
        var key = services.GetRequiredService<WorkerKeys>().Child;
        var worker = new FakeWorker(await HubLine.ConnectAsync(new(address, InferenceProtocol.HubPath), [new("Authorization", $"Bearer {key}")]), address, key);
        if (hello)
            Assert.Null((await worker.HelloAsync()).Refusal);
        return worker;
    }

    public Task<WorkerWelcome> HelloAsync(int version = InferenceProtocol.Version) =>
        Line.InvokeAsync<WorkerWelcome>(InferenceProtocol.Hello, new WorkerHello(version, "test/1", [GenerationLab.Description]));

    public async Task<JobLease?> LeaseAsync()
    {
        var answer = await await Line.StartAsync(InferenceProtocol.Lease);
        return answer.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : answer.Deserialize<JobLease>(HubLine.Answers);
    }

    public async Task<JobLease> LeaseWellAsync() => Assert.IsType<JobLease>(await LeaseAsync());

    public Task ReportAsync(JobLease lease, int image, int step, byte[]? preview = null) => Line.InvokeAsync(
        InferenceProtocol.ReportStep,
        new StepReport { JobId = lease.JobId, Attempt = lease.Attempt, Image = image, Step = step, Steps = lease.Steps ?? 10, StepMs = 20, Preview = preview, EndedAtMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() });

    public async Task<HttpResponseMessage> UploadAsync(JobLease lease, int image, byte[] bytes)
    {
        using var body = new ByteArrayContent(bytes);
        return await _http.PutAsync(InferenceProtocol.ResultPath(lease.JobId, lease.Attempt, image), body, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> DownloadAsync(JobLease lease, string name) =>
        _http.GetAsync(InferenceProtocol.InputPath(lease.JobId, lease.Attempt, name), TestContext.Current.CancellationToken);

    /// <param name="shade">Of the first picture; each has its own.</param>
    /// <param name="embedding">Of all pictures.</param>
    public async Task<bool> FinishAsync(JobLease lease, byte shade = 1, byte[]? embedding = null, string? space = null)
    {
        var pictures = new List<ResultPicture>();
        for (var image = 0; image < lease.Count; image++)
        {
            using var answer = await UploadAsync(lease, image, Picture(lease.Placement.Width, lease.Placement.Height, (byte)(image + shade)));
            answer.EnsureSuccessStatusCode();
            var stored = await answer.Content.ReadFromJsonAsync<StoredPicture>(TestContext.Current.CancellationToken);
            pictures.Add(new(image, stored!.Sha256, lease.Placement, 5, null, embedding, space));
        }

        return await Line.InvokeAsync<bool>(
            InferenceProtocol.Complete,
            new JobResult { JobId = lease.JobId, Attempt = lease.Attempt, Pictures = pictures, ModelHash = "abc" });
    }

    /// <summary>A PNG of one colour.</summary>
    public static byte[] Picture(int width, int height, byte shade)
    {
        var picture = new PixelImage(width, height);
        picture.Rgba.AsSpan().Fill(shade);
        for (var i = 3; i < picture.Rgba.Length; i += 4)
            picture.Rgba[i] = 255;
        return ImageEncoder.Encode(picture, new EncodeOptions { Format = ImageFormat.Png });
    }

    /// <summary>What passes for a WebP, of a length.</summary>
    public static byte[] Preview(int bytes, byte mark = 0)
    {
        var preview = new byte[bytes];
        "RIFF"u8.CopyTo(preview);
        "WEBP"u8.CopyTo(preview.AsSpan(8));
        preview[^1] = mark;
        return preview;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Line.DisposeAsync();
    }
}
