using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Worker;

/// <summary>Inputs down, results up. Every call is harmless to repeat, so each is tried a few times.</summary>
internal sealed class SitePictures : IDisposable
{
    // With their pauses about half a minute: a site or a database that starts anew meanwhile must not cost a picture that is made.
    private const int Attempts = 8;
    private const int LongestPauseMs = 10_000;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public SitePictures(WorkerOptions options, TimeProvider time)
    {
        _time = time;
        _http = new HttpClient { BaseAddress = options.Site, Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
    }

    /// <exception cref="HttpRequestException">The site does not give it, also after some tries.</exception>
    /// <exception cref="ImageException">It is no picture.</exception>
    public async Task<PixelImage> DownloadAsync(JobLease lease, string name, CancellationToken cancellationToken)
    {
        var bytes = await RepeatAsync(
            async token => await _http.GetByteArrayAsync(InferenceProtocol.InputPath(lease.JobId, lease.Attempt, name), token), cancellationToken);
        return ImageDecoder.Decode(bytes, ImageLimits.Default);
    }

    /// <exception cref="HttpRequestException">The site does not take it, also after some tries.</exception>
    public async Task<StoredPicture> UploadAsync(JobLease lease, int image, byte[] png, MakerNote note, CancellationToken cancellationToken) =>
        await RepeatAsync(
            async token =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Put, InferenceProtocol.ResultPath(lease.JobId, lease.Attempt, image)) { Content = new ByteArrayContent(png) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
                request.Headers.Add(InferenceProtocol.MakerNoteHeader, JsonSerializer.Serialize(note, InferenceJson.Default.MakerNote));
                using var answer = await _http.SendAsync(request, token);
                answer.EnsureSuccessStatusCode();
                return await answer.Content.ReadFromJsonAsync<StoredPicture>(token) ?? throw new HttpRequestException("The site's answer to an upload is empty.");
            },
            cancellationToken);

    /// <summary>The film of a picture that was uploaded before.</summary>
    /// <exception cref="HttpRequestException">As for <see cref="UploadAsync"/>.</exception>
    public Task UploadFilmAsync(JobLease lease, int image, byte[] webP, int frames, CancellationToken cancellationToken) =>
        RepeatAsync(
            async token =>
            {
                using var body = new ByteArrayContent(webP);
                body.Headers.ContentType = new MediaTypeHeaderValue("image/webp");
                using var answer = await _http.PutAsync(InferenceProtocol.FilmPath(lease.JobId, lease.Attempt, image, frames), body, token);
                answer.EnsureSuccessStatusCode();
                return true;
            },
            cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<T> RepeatAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call(cancellationToken);
            }
            catch (Exception error) when (attempt < Attempts && MayPass(error, cancellationToken))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(LongestPauseMs, 250 * Math.Pow(2, attempt))), _time, cancellationToken);
            }
        }
    }

    private static bool MayPass(Exception error, CancellationToken cancellationToken) => error switch
    {
        HttpRequestException { StatusCode: { } code } => code >= HttpStatusCode.InternalServerError || code is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests,
        HttpRequestException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested, // The client's own time-out.
        _ => false,
    };
}
