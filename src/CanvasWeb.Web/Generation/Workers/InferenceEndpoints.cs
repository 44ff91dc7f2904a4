using System.Text.Json;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Tiles;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation.Workers;

/// <summary>Inputs down, results up: pictures do not fit through a hub. Only for the attempt that holds the lease.</summary>
internal static class InferenceEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/inference").RequireAuthorization(WorkerAuthentication.Policy).DisableAntiforgery();
        group.MapGet("/inputs/{jobId}/{attempt:int}/{name}", ReadInputAsync);
        group.MapPut("/results/{jobId}/{attempt:int}/{image:int}", StoreResultAsync);
        group.MapPut("/results/{jobId}/{attempt:int}/{image:int}/film", StoreFilmAsync);
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> ReadInputAsync(
        string jobId, int attempt, string name, IDbContextFactory<AppDbContext> contexts, FileBlobs blobs, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var job = await db.Set<Job>().AsNoTracking().FirstOrDefaultAsync(job => job.Id == jobId, cancellationToken);
        if (job is null || !job.IsLeasedAs(attempt))
            return LeaseLost();
        return LeaseWriter.InputOf(job, name) is { } sha256 && blobs.Open(sha256) is { } content
            ? TypedResults.Stream(content, "application/octet-stream")
            : TypedResults.Problem("The job has no such input.", statusCode: StatusCodes.Status404NotFound, type: "urn:canvasweb:input-missing");
    }

    private static async Task<Results<Ok<StoredPicture>, ProblemHttpResult>> StoreResultAsync(
        string jobId,
        int attempt,
        int image,
        HttpContext context,
        RunningJobs running,
        JobQueue queue,
        TileStore tiles,
        IOptions<GenerationOptions> options,
        CancellationToken cancellationToken)
    {
        // 1. Whose is it? Before a byte of it is read.
        var lease = new LeaseToken(jobId, attempt);
        if (await running.FindAsync(lease, cancellationToken) is not { } job)
            return LeaseLost();

        // 2. The bytes, up to the limit.
        var (bytes, refusal) = await ReadAsync(context, options.Value.MaxResultBytes, cancellationToken);
        if (bytes is null)
            return refusal!; // One of the two is there.

        // 3. The picture with its levels, then the note of it. A tile without a job is harmless, a note without a tile is not.
        try
        {
            var content = await tiles.AddAsync(bytes, TileOrigin.Job, job.UserId, cancellationToken);
            return await queue.StoreAsync(lease, image, content, NoteOf(context.Request), cancellationToken)
                ? TypedResults.Ok(new StoredPicture(content.Sha256, content.PixelWidth, content.PixelHeight))
                : LeaseLost();
        }
        catch (ImageException error)
        {
            return TypedResults.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest, type: "urn:canvasweb:bad-picture");
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> StoreFilmAsync(
        string jobId, int attempt, int image, int frames, HttpContext context, RunningJobs running, JobQueue queue, FileBlobs blobs, CancellationToken cancellationToken)
    {
        // As for pictures. The file is shown as it is, so it is looked at before it is kept.
        var lease = new LeaseToken(jobId, attempt);
        if (await running.FindAsync(lease, cancellationToken) is null)
            return LeaseLost();
        var (bytes, refusal) = await ReadAsync(context, InferenceProtocol.FilmMaxBytes, cancellationToken);
        if (bytes is null)
            return refusal!; // One of the two is there.
        if (!IsFilm(bytes, frames))
            return TypedResults.Problem("This is no film: a WebP of pictures side by side.", statusCode: StatusCodes.Status400BadRequest, type: "urn:canvasweb:bad-picture");
        return await queue.StoreFilmAsync(lease, image, await blobs.PutAsync(bytes, cancellationToken), frames, cancellationToken) ? TypedResults.NoContent() : LeaseLost();
    }

    private static bool IsFilm(byte[] bytes, int frames)
    {
        try
        {
            return frames is > 1 and <= InferenceProtocol.FilmMaxFrames
                && ImageIdentifier.Identify(bytes) is { Format: ImageFormat.WebP, Frames: 1 } info
                && info.Width % frames == 0
                && Math.Max(info.Width / frames, info.Height) <= InferenceProtocol.FilmMaxSide;
        }
        catch (ImageException)
        {
            return false;
        }
    }

    /// <summary>What the worker says about the picture; null for nothing, or for what cannot be read: the picture is good all the same.</summary>
    private static MakerNote? NoteOf(HttpRequest request)
    {
        var text = request.Headers[InferenceProtocol.MakerNoteHeader].ToString();
        if (text.Length is 0 or > InferenceProtocol.MakerNoteMaxLength)
            return null;
        try
        {
            return JsonSerializer.Deserialize<MakerNote>(text, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<(byte[]? Bytes, ProblemHttpResult? Refusal)> ReadAsync(HttpContext context, long limit, CancellationToken cancellationToken)
    {
        if (context.Request.ContentLength is not { } length)
            return (null, TypedResults.Problem("Say the length.", statusCode: StatusCodes.Status411LengthRequired, type: "urn:canvasweb:length-missing"));
        if (length > limit)
            return (null, TypedResults.Problem("This picture has too many bytes.", statusCode: StatusCodes.Status413PayloadTooLarge, type: "urn:canvasweb:too-large"));
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit; // Only now: set before, the server would cut the line of a body that is too large before the answer is out.
        var bytes = new byte[length];
        await context.Request.Body.ReadExactlyAsync(bytes, cancellationToken);
        return (bytes, null);
    }

    private static ProblemHttpResult LeaseLost() =>
        TypedResults.Problem("The lease was lost: stop this job.", statusCode: StatusCodes.Status409Conflict, type: "urn:canvasweb:lease-lost");
}
