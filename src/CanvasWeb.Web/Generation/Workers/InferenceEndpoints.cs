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
        var limit = options.Value.MaxResultBytes;
        if (context.Request.ContentLength is not { } length)
            return TypedResults.Problem("Say the length.", statusCode: StatusCodes.Status411LengthRequired, type: "urn:canvasweb:length-missing");
        if (length > limit)
            return TypedResults.Problem("This picture has too many bytes.", statusCode: StatusCodes.Status413PayloadTooLarge, type: "urn:canvasweb:too-large");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit; // Only now: set before, the server would cut the line of a body that is too large before the answer is out.
        var bytes = new byte[length];
        await context.Request.Body.ReadExactlyAsync(bytes, cancellationToken);

        // 3. The picture with its levels, then the note of it. A tile without a job is harmless, a note without a tile is not.
        try
        {
            var content = await tiles.AddAsync(bytes, TileOrigin.Job, job.UserId, cancellationToken);
            return await queue.StoreAsync(lease, image, content, cancellationToken)
                ? TypedResults.Ok(new StoredPicture(content.Sha256, content.PixelWidth, content.PixelHeight))
                : LeaseLost();
        }
        catch (ImageException error)
        {
            return TypedResults.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest, type: "urn:canvasweb:bad-picture");
        }
    }

    private static ProblemHttpResult LeaseLost() =>
        TypedResults.Problem("The lease was lost: stop this job.", statusCode: StatusCodes.Status409Conflict, type: "urn:canvasweb:lease-lost");
}
