using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Tiles;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace CanvasWeb.Web.Galleries.Live;

/// <summary>The pictures of a board to those who watch it: what lies there now, and what there is to choose from in its frames.</summary>
internal static class LiveTileEndpoint
{
    public const string Route = "/g/{token}/t/{name}/{level}.webp";

    // The pictures of each state that is asked about; states are immutable, and go with their rooms.
    private static readonly ConditionalWeakTable<BoardState, HashSet<string>> s_shown = [];

    public static string TilesOf(string token) => $"/g/{token}/t";

    /// <summary>Keyed by the sealed token, which nobody sees and which goes with the link.</summary>
    public static TileNames NamesOf(Gallery gallery) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(gallery.SealedToken ?? throw new InvalidOperationException("A gallery without a link was opened.")), 32, info: "live tiles"u8.ToArray()));

    public static async Task<Results<FileStreamHttpResult, NotFound>> GetAsync(
        string token, string name, string level, HttpContext http, GalleryAccess access, LiveGalleries live, BoardHost host, IDbContextFactory<AppDbContext> contexts, TileStore store, FileBlobs blobs, HiddenPictures hidden, CancellationToken cancellationToken)
    {
        if (await access.OpenAsync(http, token, cancellationToken) is not GalleryOpening.Opened { Gallery: { BoardId: { } boardId } gallery }
            || !await live.MayShowAsync(gallery, cancellationToken)
            || NamesOf(gallery).Reveal(name) is not { } sha256
            || await hidden.ContainsAsync(sha256, cancellationToken)
            || !await IsShownAsync(boardId, sha256, host, contexts, cancellationToken))
            return TypedResults.NotFound();
        var answer = await TileEndpoints.GetAsync(sha256, level, http, store, blobs, cancellationToken);
        if (answer.Result is not FileStreamHttpResult file)
            return TypedResults.NotFound();

        // Asked for again each time, and answered with "the same" as long as the gallery is open: no cache outlives the link. The tag is of
        // the name, since the picture's own would tell its hash.
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        http.Response.GetTypedHeaders().CacheControl = new() { Private = true, NoCache = true };
        return TypedResults.Stream(file.FileStream, file.ContentType, entityTag: new EntityTagHeaderValue($"\"{name[..32]}-{level}\""));
    }

    private static async Task<bool> IsShownAsync(string boardId, string sha256, BoardHost host, IDbContextFactory<AppDbContext> contexts, CancellationToken cancellationToken)
    {
        BoardState state;
        try
        {
            state = await host.StateAsync(boardId, cancellationToken);
        }
        catch (BoardUnavailableException)
        {
            return false;
        }

        if (s_shown.GetValue(state, static state => [.. state.Nodes.Values.OfType<TileNode>().Where(tile => state.IsShown(tile.Id)).Select(static tile => tile.Content.Sha256)]).Contains(sha256))
            return true;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);

        // Candidates, as BoardJobs counts them: once one is chosen the others are gone from the board, and the chosen one goes with its tile.
        return await db.Set<JobResultRow>().AnyAsync(
            row => row.Sha256 == sha256 && row.WithheldAt == null
                && db.Set<Job>().Any(job => job.Id == row.JobId && job.BoardId == boardId && job.State == JobState.Succeeded && !job.Discarded)
                && !db.Set<JobResultRow>().Any(other => other.JobId == row.JobId && other.Accepted),
            cancellationToken);
    }
}
