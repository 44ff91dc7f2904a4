using System.Net.Http.Headers;
using System.Text.Json;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Generation.Workers;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.OpenAi.Docs;

/// <summary>A worker of the running site that paints what is asked for in one colour, over the real hub and the real HTTP, until it is disposed.</summary>
internal sealed class PaintingWorker : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly HubLine _line;
    private readonly ManualTime _time;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _painting;

    private PaintingWorker(HubLine line, RunningSite site, string key)
    {
        _line = line;
        _time = site.Time;
        _http = new() { BaseAddress = site.Address };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _painting = PaintAsync();
    }

    public static ModelDescription Model { get; } = GenerationLab.Description with { NativeArea = 256 * 256, MinSide = 64, MaxSide = 512 };

    public static async Task<PaintingWorker> ConnectAsync(RunningSite site)
    {
        var key = site.Services.GetRequiredService<WorkerKeys>().Child;
        var line = await HubLine.ConnectAsync(new(site.Address, InferenceProtocol.HubPath), [new("Authorization", $"Bearer {key}")]);
        Assert.Null((await line.InvokeAsync<WorkerWelcome>(InferenceProtocol.Hello, new WorkerHello(InferenceProtocol.Version, "test/1", [Model]))).Refusal);
        return new(line, site, key);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _line.DisposeAsync();
        try
        {
            await _painting;
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            // Its line was cut while it asked for work: that is how it ends.
        }

        _http.Dispose();
        _stop.Dispose();
    }

    private async Task PaintAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var answer = await await _line.StartAsync(InferenceProtocol.Lease);
            if (answer.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            {
                // The site's clock stands still, and with it the hints that work came or ended: it goes on while there is nothing to paint.
                await Task.Delay(s_pause, _stop.Token);
                _time.Advance(10 * s_pause);
                continue;
            }

            var lease = answer.Deserialize<JobLease>(HubLine.Answers)!; // It is none of the two above.
            var pictures = new List<ResultPicture>();
            for (var image = 0; image < lease.Count; image++)
            {
                using var body = new ByteArrayContent(FakeWorker.Picture(lease.Placement.Width, lease.Placement.Height, (byte)(image + 1)));
                using var stored = await _http.PutAsync(InferenceProtocol.ResultPath(lease.JobId, lease.Attempt, image), body, _stop.Token);
                stored.EnsureSuccessStatusCode();
                pictures.Add(new(image, (await stored.Content.ReadFromJsonAsync<StoredPicture>(_stop.Token))!.Sha256, lease.Placement, 5));
            }

            await _line.InvokeAsync<bool>(InferenceProtocol.Complete, new JobResult { JobId = lease.JobId, Attempt = lease.Attempt, Pictures = pictures, ModelHash = "abc" });
        }
    }
}
