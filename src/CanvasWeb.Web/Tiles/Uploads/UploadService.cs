using System.Globalization;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Tiles.Drawing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tiles.Uploads;

/// <summary>
/// Takes a stranger's file: to the disk while it arrives, its header checked before a pixel is decoded, written anew without anything but
/// pixels. Whatever is refused leaves nothing behind.
/// </summary>
internal sealed class UploadService(
    TileStore store, PixelBudget budget, DataFolder data, IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, TimeProvider time, SiteLimits limits, IOptions<TileOptions> options)
{
    // Bytes that a pixel costs at the peak: the pixels, the same while they are turned upright or written, and a progressive JPEG's
    // coefficients or the file that is made.
    private const int BytesPerPixel = 13;

    private const int HeadBytes = 1 << 12;

    private static readonly TileRefusal s_busy = new(
        StatusCodes.Status503ServiceUnavailable, "upload-busy", "Too many pictures are coming in just now. Wait a moment and try again.");

    private readonly string _folder = data.Subfolder("incoming");

    private ImageLimits Limits => new() { MaxBytes = limits.Now.UploadBytes, MaxPixels = options.Value.MaxUploadPixels, MaxSide = options.Value.MaxUploadSide };

    /// <param name="requestId">The same for a repeated request, which then is the same upload.</param>
    public async Task<(TileContent? Content, TileRefusal? Refusal)> AddAsync(string userId, string boardId, string requestId, Stream body, CancellationToken cancellationToken)
    {
        // 1. Was it done before, and is there room for one more?
        if (await FindAsync(userId, requestId, cancellationToken) is { } known)
            return (known, null);
        if (await QuotaAsync(userId, bytes: 0, cancellationToken) is { } full)
            return (null, full);

        // 2. To the disk: a slow sender holds no memory. The file goes with its handle.
        await using var file = new FileStream(
            Path.Combine(_folder, RandomId.New()),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose });
        if (!await SpoolAsync(body, file, cancellationToken))
            return (null, TooManyBytes());

        // 3. What it claims to be; 4. the pixels; both when there is memory for them.
        try
        {
            await CheckHeadAsync(file, cancellationToken);
            ImageInfo info;
            using (var share = await budget.TryTakeAsync(file.Length, cancellationToken))
            {
                if (share is null)
                    return (null, s_busy);
                budget.Trim();
                info = ImageIdentifier.Identify(await ReadAllAsync(file, cancellationToken));
                Limits.Check(info);
            }

            using (var share = await budget.TryTakeAsync(file.Length + ((long)info.Width * info.Height * BytesPerPixel), cancellationToken))
            {
                if (share is null)
                    return (null, s_busy);
                budget.Trim();
                var bytes = await ReadAllAsync(file, cancellationToken);

                // Of all that stands in the file beside pixels, the settings that made it are the one thing that is kept: who brought it may want to go on with them.
                return await StoreAsync(userId, boardId, requestId, TileStore.Prepare(bytes, Limits), SettingsReader.Read(bytes), cancellationToken);
            }
        }
        catch (ImageException error) when (RefusalOf(error) is { } refusal)
        {
            return (null, refusal);
        }
    }

    /// <summary>Whether the file of an upload said how it was made.</summary>
    public async Task<bool> HasSettingsAsync(string userId, string requestId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Upload>().AnyAsync(upload => upload.UserId == userId && upload.RequestId == requestId && upload.Settings != null, cancellationToken);
    }

    private async Task<TileContent?> FindAsync(string userId, string requestId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var sha256 = await db.Set<Upload>().Where(upload => upload.UserId == userId && upload.RequestId == requestId).Select(static upload => upload.Sha256).FirstOrDefaultAsync(cancellationToken);
        return sha256 is null ? null : (await store.FindAsync(sha256, cancellationToken))?.ToContent();
    }

    private async Task<TileRefusal?> QuotaAsync(string userId, long bytes, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await QuotaAsync(db, userId, bytes, cancellationToken);
    }

    private async Task<TileRefusal?> QuotaAsync(AppDbContext db, string userId, long bytes, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - TimeSpan.FromDays(1);
        var today = db.Set<Upload>().Where(upload => upload.UserId == userId && upload.CreatedAt > since);
        var now = limits.Now;
        if (await today.CountAsync(cancellationToken) >= now.UploadsPerDay)
            return Quota($"{now.UploadsPerDay} pictures");
        return await today.SumAsync(static upload => upload.Bytes, cancellationToken) + bytes > now.UploadBytesPerDay
            ? Quota(string.Create(CultureInfo.InvariantCulture, $"{now.UploadBytesPerDay / 1048576.0:0} MiB"))
            : null;

        static TileRefusal Quota(string most) => new(
            StatusCodes.Status429TooManyRequests, "upload-quota", $"In 24 hours {most} may be uploaded, and you are there. Try again tomorrow, or use a picture that is on a board already.");
    }

    private async Task<bool> SpoolAsync(Stream body, FileStream file, CancellationToken cancellationToken)
    {
        var most = limits.Now.UploadBytes;
        var block = new byte[1 << 16];
        int read;
        while ((read = await body.ReadAsync(block, cancellationToken)) > 0)
        {
            if (file.Length + read > most)
                return false;
            await file.WriteAsync(block.AsMemory(0, read), cancellationToken);
        }

        return true;
    }

    // Most of what is no picture, or is far too large, says so in its first bytes: such a file is never read into memory as a whole.
    private async Task CheckHeadAsync(FileStream file, CancellationToken cancellationToken)
    {
        var head = new byte[Math.Min(file.Length, HeadBytes)];
        file.Position = 0;
        await file.ReadExactlyAsync(head, cancellationToken);
        try
        {
            Limits.Check(ImageIdentifier.Identify(head));
        }
        catch (ImageException error) when (error.Code is ImageErrorCodes.Truncated or ImageErrorCodes.Broken)
        {
            // A long header ends later: the whole file is asked next.
        }
    }

    private static async Task<byte[]> ReadAllAsync(FileStream file, CancellationToken cancellationToken)
    {
        file.Position = 0;
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private async Task<(TileContent? Content, TileRefusal? Refusal)> StoreAsync(string userId, string boardId, string requestId, PreparedTile tile, FrameSettings? settings, CancellationToken cancellationToken)
    {
        // The quota first, in one transaction with the check, then the files: killed between the two, the same request goes on here.
        var isKnown = await store.FindAsync(tile.Content.Sha256, cancellationToken) is not null;
        var refusal = await writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, "uploads:" + userId, token);
                if (await db.Set<Upload>().AnyAsync(upload => upload.UserId == userId && upload.RequestId == requestId, token))
                    return null;
                var bytes = isKnown ? 0 : tile.Bytes;
                if (await QuotaAsync(db, userId, bytes, token) is { } full)
                    return full;
                db.Add(new Upload { UserId = userId, BoardId = boardId, RequestId = requestId, Sha256 = tile.Content.Sha256, Bytes = bytes, Settings = settings, CreatedAt = time.GetUtcNow() });
                return null;
            },
            cancellationToken);
        return refusal is null ? (await store.AddAsync(tile, TileOrigin.Upload, userId, cancellationToken), null) : (null, refusal);
    }

    public TileRefusal TooManyBytes() => new(
        StatusCodes.Status413PayloadTooLarge,
        "upload-too-many-bytes",
        string.Create(CultureInfo.InvariantCulture, $"The file is larger than {limits.Now.UploadBytes / 1048576.0:0} MiB: make the picture smaller or save it with stronger compression."));

    private static TileRefusal? RefusalOf(ImageException error) => error.Code switch
    {
        ImageErrorCodes.TooLarge => new(StatusCodes.Status413PayloadTooLarge, "upload-too-large", error.Message),
        ImageErrorCodes.UnsupportedFormat => new(StatusCodes.Status415UnsupportedMediaType, "upload-not-a-picture", error.Message),
        ImageErrorCodes.SvgRefused => new(StatusCodes.Status415UnsupportedMediaType, "upload-svg", error.Message),
        ImageErrorCodes.Animated => new(StatusCodes.Status422UnprocessableEntity, "upload-animated", error.Message),
        ImageErrorCodes.Truncated => new(StatusCodes.Status422UnprocessableEntity, "upload-truncated", error.Message),
        ImageErrorCodes.Broken => new(StatusCodes.Status422UnprocessableEntity, "upload-broken", error.Message),
        _ => null,
    };
}
