using System.IO.Compression;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Tiles;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CanvasWeb.Web.Provenance;

/// <summary>Films and records, for whoever may see the board that a picture was made on.</summary>
internal static class ProvenanceEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var results = app.MapGroup("/jobs/{jobId}/results/{image:int}").RequireAuthorization();
        results.MapGet("/film.webp", FilmAsync);
        results.MapGet("/record.zip", RecordAsync);
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> FilmAsync(
        string jobId, int image, HttpContext http, ProvenanceService provenance, FileBlobs blobs, CancellationToken cancellationToken)
    {
        if (await provenance.OfAsync(http.User.UserId(), new(jobId, image), cancellationToken) is not { FilmSha256: { } sha256 } || blobs.Open(sha256) is not { } film)
            return Missing();

        // Its job never gets another one; only whoever may see it may keep it.
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.Stream(film, "image/webp");
    }

    /// <summary>Everything that <c>replay</c> needs: the record, what the model was given, and the picture.</summary>
    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> RecordAsync(
        string jobId, int image, HttpContext http, ProvenanceService provenance, FileBlobs blobs, HiddenPictures hidden, DataFolder data, CancellationToken cancellationToken)
    {
        if (await provenance.OfAsync(http.User.UserId(), new(jobId, image), cancellationToken) is not { } record)
            return Missing();

        // On the disk, as exports are: a slow reader holds no memory. The file goes with its handle.
        var file = new FileStream(
            Path.Combine(data.Subfolder("exports"), RandomId.New()),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 1 << 16, Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose });
        await WriteAsync(file, record, blobs, hidden, cancellationToken);
        file.Position = 0;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Stream(file, "application/zip", FormattableString.Invariant($"canvasweb-{jobId}-{image}.zip"));
    }

    private static async Task WriteAsync(FileStream file, ProvenanceRecord record, FileBlobs blobs, HiddenPictures hidden, CancellationToken cancellationToken)
    {
        await using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        await AddAsync(archive, "record.json", ProvenanceXmp.Write(record.How), record.How.MadeAt, cancellationToken);
        foreach (var input in record.How.Inputs.Append(new InputRecord("result", record.How.Output.Sha256)))
        {
            // What it was made from may have been hidden since: the record names it, and its bytes stay away.
            if (!await hidden.ContainsAsync(input.Sha256, cancellationToken) && await blobs.ReadAsync(input.Sha256, cancellationToken) is { } bytes)
                await AddAsync(archive, input.Name + EndingOf(bytes), bytes, record.How.MadeAt, cancellationToken);
        }
    }

    private static async Task AddAsync(ZipArchive archive, string name, byte[] bytes, DateTimeOffset madeAt, CancellationToken cancellationToken)
    {
        var entry = archive.CreateEntry(name, name.EndsWith(".json", StringComparison.Ordinal) ? CompressionLevel.Fastest : CompressionLevel.NoCompression);
        entry.LastWriteTime = madeAt;
        await using var content = await entry.OpenAsync(cancellationToken);
        await content.WriteAsync(bytes, cancellationToken);
    }

    private static string EndingOf(byte[] bytes) => bytes.AsSpan(1).StartsWith("PNG"u8) ? ".png" : ".webp";

    private static ProblemHttpResult Missing() =>
        TypedResults.Problem("There is no such picture here for you.", statusCode: StatusCodes.Status404NotFound, type: "urn:canvasweb:result-missing");
}
