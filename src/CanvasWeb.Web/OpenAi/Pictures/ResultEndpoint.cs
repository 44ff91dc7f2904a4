using System.Globalization;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace CanvasWeb.Web.OpenAi.Pictures;

/// <summary><c>GET /v1/images/files/{token}.png</c>: a result, for whoever has its address, until it runs out.</summary>
internal static class ResultEndpoint
{
    public const string Folder = ApiEnvelope.Root + "/images/files";

    public static async Task<Results<FileContentHttpResult, NotFound, StatusCodeHttpResult>> GetAsync(
        string name, HttpContext http, ResultLinks links, ResultPictures pictures, IDbContextFactory<AppDbContext> contexts, IOptions<OpenAiOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        // The ending is as much of the address as the rest: a file that is called .jpeg and holds a PNG would mislead whoever keeps it.
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || links.Read(name[..dot]) is not { } link || name[dot..] != ImageFormats.Extension(link.Format))
            return TypedResults.NotFound();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var job = await db.Set<Job>().AsNoTracking().FirstOrDefaultAsync(job => job.Id == link.JobId && job.State == JobState.Succeeded, cancellationToken);
        var result = job is null ? null : await db.Set<JobResultRow>().AsNoTracking().FirstOrDefaultAsync(row => row.JobId == link.JobId && row.Image == link.Image, cancellationToken);
        if (job is null || result is null)
            return TypedResults.NotFound();
        var (file, isBusy) = await pictures.TryEncodeAsync(job, result, link.Format, link.Quality, link.Detail, cancellationToken);
        if (isBusy)
        {
            http.Response.Headers.RetryAfter = options.Value.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        if (file is null)
            return TypedResults.NotFound();

        // Kept by whoever asked, no longer than the address works, and by nobody in between.
        http.Response.GetTypedHeaders().CacheControl = new() { Private = true, MaxAge = link.Until - time.GetUtcNow() };
        http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return TypedResults.File(file, ImageFormats.MediaType(link.Format), entityTag: new EntityTagHeaderValue($"\"{result.Sha256[..32]}-{link.Format}-{link.Quality}-{link.Detail}\""));
    }

    public static string Address(HttpRequest request, string token, string extension) =>
        $"{request.Scheme}://{request.Host}{request.PathBase}{Folder}/{token}{extension}";
}
