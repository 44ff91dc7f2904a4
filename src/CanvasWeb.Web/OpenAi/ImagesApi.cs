using CanvasWeb.Imaging;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.ApiKeys;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Previews;
using CanvasWeb.Web.OpenAi.Answers;
using CanvasWeb.Web.OpenAi.Pictures;
using CanvasWeb.Web.OpenAi.Requests;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.OpenAi;

/// <summary>From a request for pictures to its answer; the same steps for the three addresses.</summary>
internal sealed class ImagesApi(
    RequestLimits limits,
    BodyReader bodies,
    ImageRequests requests,
    ImageOrders orders,
    ImageJobs jobs,
    ResultPictures pictures,
    ResultLinks links,
    IOptions<OpenAiOptions> options)
{
    private const int MaxIdempotencyKey = 255;

    public async Task AnswerAsync(ImageTask task, HttpContext http)
    {
        var (request, job, error) = await QueueAsync(task, http);
        if (request is null || job is null)
        {
            await ApiEnvelope.WriteAsync(http, error!); // Else both are there.
            return;
        }

        try
        {
            await (request.IsStream ? StreamAsync(http, request, job) : WaitAsync(http, request, job));
        }
        catch (Exception) when (!IsKept(http))
        {
            // Nobody waits any more, or nobody will be told. Clients ask again by themselves after an error of the site's, and would pay twice.
            var isPaid = await jobs.GiveUpAsync(http.User.UserId(), job);
            if (isPaid && !http.Response.HasStarted)
                http.Response.Headers[ApiEnvelope.ShouldRetry] = "false";
            throw;
        }
    }

    private const string IdempotencyKey = "Idempotency-Key";

    // With a key of the client's own somebody will ask again, and is to find the pictures.
    private static bool IsKept(HttpContext http) => http.Request.Headers[IdempotencyKey].ToString().Length != 0;

    private async Task<(ImageRequest? Request, string? JobId, ApiError? Error)> QueueAsync(ImageTask task, HttpContext http)
    {
        // 1. Too often? Before anything is read.
        var userId = http.User.UserId();
        if (limits.Take(userId, http.Response.Headers) is { } tooMany)
            return (null, null, tooMany);
        var key = http.Request.Headers[IdempotencyKey].ToString();
        if (key.Length > MaxIdempotencyKey)
            return (null, null, ApiError.Bad("invalid_idempotency_key", FormattableString.Invariant($"An Idempotency-Key has at most {MaxIdempotencyKey} characters.")));

        // 2. What is asked for.
        var (body, error) = await bodies.ReadAsync(http, task != ImageTask.Generation, http.RequestAborted);
        if (body is null)
            return (null, null, error);
        using var memory = body;
        (var request, error) = requests.Read(task, body);
        if (request is null)
            return (null, null, error);

        // 3. A job for it, and its price.
        (var ordered, error) = await orders.PrepareAsync(request, body, userId, http.User.ApiKeyId(), key.Length == 0 ? null : key, http.RequestAborted);
        if (ordered is null)
            return (null, null, error);
        (var job, error) = await jobs.QueueAsync(ordered, IsKept(http), http.RequestAborted);
        return (request, job, error);
    }

    private async Task WaitAsync(HttpContext http, ImageRequest request, string id)
    {
        var (job, error) = await EndOfAsync(id, IsKept(http), static (_, _) => Task.CompletedTask, static () => Task.CompletedTask, http.RequestAborted);
        if (job is null)
        {
            await ApiEnvelope.WriteAsync(http, error!); // One of the two is there.
            return;
        }

        // What is held back is left out: an entry without a picture would be one that clients fall over.
        var data = new List<ImageDatum>();
        foreach (var result in await jobs.ResultsAsync(id, http.RequestAborted))
        {
            if (!await pictures.IsShownAsync(result, http.RequestAborted))
                continue;
            if (request.AsUrl)
                data.Add(new(ResultEndpoint.Address(http.Request, links.Write(id, result.Image, request.Format, request.Quality, request.Detail), ImageFormats.Extension(request.Format)), null));
            else if (await pictures.EncodeAsync(job, result, request.Format, request.Quality, request.Detail, http.RequestAborted) is { } file)
                data.Add(new(null, file));
        }

        if (data.Count == 0)
        {
            await ApiEnvelope.WriteAsync(http, Withheld());
            return;
        }

        await http.Response.WriteAsJsonAsync(
            new ImageAnswer(job.CreatedAt.ToUnixTimeSeconds(), data, "opaque", request.FormatName, request.Effort, ImageSizes.Write(job.Plan.Frame), ImageUsage.Of(job.Price), request.Model.Name),
            ApiJson.Options,
            http.RequestAborted);
    }

    private async Task StreamAsync(HttpContext http, ImageRequest request, string id)
    {
        var events = new EventWriter(http, request.Task);
        var partial = new PartialPictures(request.PartialImages);
        events.Begin();
        await events.WriteIdleAsync();

        // 1. On the way out of the noise.
        var (job, error) = await EndOfAsync(id, IsKept(http), SendAsync, events.WriteIdleAsync, http.RequestAborted);

        // 2. The picture.
        var result = job is null ? null : (await jobs.ResultsAsync(id, http.RequestAborted))[0];
        var file = job is null || result is null ? null : await pictures.EncodeAsync(job, result, request.Format, request.Quality, request.Detail, http.RequestAborted);
        if (job is null || file is null)
        {
            await events.WriteErrorAsync(error ?? Withheld());
            return;
        }

        await events.WriteAsync(new(
            events.CompletedType, file, job.CreatedAt.ToUnixTimeSeconds(), ImageSizes.Write(job.Plan.Frame), request.Effort, "opaque", request.FormatName, null, ImageUsage.Of(job.Price)));

        async Task SendAsync(Job running, PreviewMessage preview)
        {
            var index = partial.Index;
            if (!partial.Take(preview))
                return;
            if (await pictures.EncodePartialAsync(running, preview, request.Format, request.Quality, http.RequestAborted) is not { } sofar)
                return;
            await events.WriteAsync(new(
                events.PartialType,
                sofar,
                DateTimeOffset.FromUnixTimeMilliseconds(preview.EndedAtMs).ToUnixTimeSeconds(),
                ImageSizes.Write(running.Plan.Frame),
                request.Effort,
                "opaque",
                request.FormatName,
                index,
                null));
        }
    }

    private async Task<(Job? Job, ApiError? Error)> EndOfAsync(string id, bool isKept, Func<Job, PreviewMessage, Task> onPreview, Func<Task> onIdle, CancellationToken cancellationToken)
    {
        var job = await jobs.WaitAsync(id, isKept, onPreview, onIdle, cancellationToken);
        if (job is null)
        {
            return (null, ApiErrors.Busy(
                isKept ? "The picture is not there yet. Ask again with the same Idempotency-Key to go on waiting for it." : "The picture was not made in time, so it was given up. It costs nothing; try again later.",
                options.Value.RetryAfterSeconds));
        }

        return job.State == JobState.Succeeded ? (job, null) : (null, ApiErrors.Of(job.State, job.ErrorCode, job.ErrorMessage, options.Value.RetryAfterSeconds));
    }

    private static ApiError Withheld() => ApiErrors.ContentPolicy("What came out is not shown on this site, and costs nothing. Change the request, or ask for a second look under Account, Refusals.");
}
