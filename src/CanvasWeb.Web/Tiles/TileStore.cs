using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Tiles;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Tiles.Collecting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace CanvasWeb.Web.Tiles;

/// <summary>Pictures of boards: the file, its smaller levels and its row.</summary>
internal sealed class TileStore(FileBlobs blobs, HiddenPictures hidden, IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, TimeProvider time) : IDisposable
{
    // Levels below the first are for looking at from afar; level 0 is the picture itself.
    private const int LevelQuality = 82;

    // libwebp's lossless encoder takes 30 to 40 bytes and about 3 microseconds a pixel (measured): too much for a large picture, which
    // becomes a PNG instead, written row by row. One million holds the usual result of a generation.
    private const long MaxLosslessWebPPixels = 1 << 20;

    /// <summary>Rows never change, so what is known stays true, until the collector takes the picture: this long a replica may not know of that.</summary>
    public static readonly TimeSpan KnownFor = TimeSpan.FromMinutes(10);

    // An entry counts 1.
    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = 20_000 });

    /// <summary>The derived file of a level; level 0 is the blob itself.</summary>
    public static string LevelName(int level) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{level}.webp");

    /// <summary>Whoever writes or erases the row of a picture holds this key (<see cref="WriteTransactions.LockAsync"/>).</summary>
    public static string LockOf(string sha256) => "tile:" + sha256;

    /// <summary>Forgets a row, here and now.</summary>
    public void Forget(string sha256) => _known.Remove(sha256);

    /// <summary>Encodes a picture and its levels in memory. Nothing is stored yet, so a refusal afterwards leaves nothing behind.</summary>
    /// <param name="lossless">True keeps every byte of every pixel, under transparent ones too.</param>
    /// <exception cref="ImageException">A side that WebP cannot hold.</exception>
    public static PreparedTile Prepare(PixelImage picture, bool lossless)
    {
        if (lossless && (long)picture.Width * picture.Height > MaxLosslessWebPPixels)
            return Prepare(picture, EncodePng(picture));
        return Prepare(picture, ImageEncoder.Encode(picture, new EncodeOptions { Format = ImageFormat.WebP, Lossless = lossless, Quality = 92 }));
    }

    /// <summary>The same for a file: a plain lossless WebP is kept as it is, so that its hash stays the sender's; all else is written anew.</summary>
    /// <exception cref="ImageException">Not a picture, or past the limits.</exception>
    public static PreparedTile Prepare(ReadOnlyMemory<byte> encoded, ImageLimits limits)
    {
        var picture = ImageDecoder.Decode(encoded.Span, limits);
        return ImageIdentifier.IsBareLosslessWebP(encoded.Span)
            ? Prepare(picture, encoded)
            : Prepare(picture, ImageIdentifier.IsLossless(encoded.Span));
    }

    /// <summary>Stores a picture without loss.</summary>
    public Task<TileContent> AddAsync(PixelImage picture, TileOrigin origin, string ownerId, CancellationToken cancellationToken) =>
        AddAsync(Prepare(picture, lossless: true), origin, ownerId, cancellationToken);

    /// <summary>Stores a PNG or WebP of a worker: without loss if it was without.</summary>
    /// <exception cref="ImageException">Not a picture, or past <see cref="ImageLimits.Default"/>.</exception>
    public Task<TileContent> AddAsync(ReadOnlyMemory<byte> encoded, TileOrigin origin, string ownerId, CancellationToken cancellationToken) =>
        AddAsync(Prepare(encoded, ImageLimits.Default), origin, ownerId, cancellationToken);

    /// <summary>Stores what was prepared: files first, the row last, so that a row's files are always there. Again is harmless.</summary>
    public async Task<TileContent> AddAsync(PreparedTile tile, TileOrigin origin, string ownerId, CancellationToken cancellationToken)
    {
        await blobs.PutAsync(tile.File, cancellationToken);
        for (var level = 1; level <= tile.Levels.Count; level++)
            await blobs.PutDerivedAsync(tile.Content.Sha256, LevelName(level), tile.Levels[level - 1], cancellationToken);
        await writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, LockOf(tile.Content.Sha256), token);

                // Wanted again, whatever the collector thought of it.
                await db.Set<BlobOrphan>().Where(orphan => orphan.Sha256 == tile.Content.Sha256).ExecuteDeleteAsync(token);
                if (await db.Set<Tile>().AnyAsync(row => row.Sha256 == tile.Content.Sha256, token))
                    return;
                db.Add(new Tile
                {
                    Sha256 = tile.Content.Sha256,
                    Width = tile.Content.PixelWidth,
                    Height = tile.Content.PixelHeight,
                    Bytes = tile.Bytes,
                    Solid = tile.Content.Solid?.ToString(),
                    Origin = origin,
                    OwnerId = ownerId,
                    CreatedAt = time.GetUtcNow(),
                });
            },
            cancellationToken);
        return tile.Content;
    }

    /// <summary>The row of a picture; null for names that are unknown or no names, and for pictures that are hidden (see Moderation): whoever shows, cuts or draws one asks here first.</summary>
    public async Task<Tile?> FindAsync(string sha256, CancellationToken cancellationToken)
    {
        if (!FileBlobs.IsName(sha256) || await hidden.ContainsAsync(sha256, cancellationToken))
            return null;
        if (_known.TryGetValue(sha256, out Tile? known))
            return known;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var tile = await db.Set<Tile>().AsNoTracking()
            .Where(row => row.Sha256 == sha256 && !db.Set<BlobOrphan>().Any(orphan => orphan.Sha256 == sha256 && orphan.DoomedAt != null))
            .FirstOrDefaultAsync(cancellationToken);
        if (tile is not null)
            _known.Set(sha256, tile, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = KnownFor });
        return tile;
    }

    public void Dispose() => _known.Dispose();

    private static PreparedTile Prepare(PixelImage picture, ReadOnlyMemory<byte> file)
    {
        var content = new TileContent(FileBlobs.NameOf(file.Span), picture.Width, picture.Height, SolidGrid.FromAlpha(picture.Rgba, picture.Width, picture.Height));
        var levels = new List<byte[]>();
        foreach (var size in TilePyramid.Levels(new(picture.Width, picture.Height)).Skip(1))
        {
            picture = ImageResizer.Resize(picture, size.Width, size.Height, ResizeKernel.Area);
            levels.Add(ImageEncoder.Encode(picture, new EncodeOptions { Format = ImageFormat.WebP, Quality = LevelQuality }));
        }

        return new(content, file, levels);
    }

    private static ReadOnlyMemory<byte> EncodePng(PixelImage picture)
    {
        using var file = new MemoryStream(picture.Rgba.Length / 2);
        using var writer = new PngRowWriter(file, picture.Width, picture.Height, PremultipliedAlpha.IsOpaque(picture.Rgba) ? PngPixels.Rgb : PngPixels.Rgba, parameters: null, level: 4);
        writer.WriteRows(picture.Rgba);
        writer.Complete();
        return file.GetBuffer().AsMemory(0, (int)file.Length);
    }
}
