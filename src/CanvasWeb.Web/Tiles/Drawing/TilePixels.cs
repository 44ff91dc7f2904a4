using CanvasWeb.Imaging;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tiles.Drawing;

/// <summary>Decoded tiles, the last used ones kept up to a number of bytes. What it gives is shared: nobody writes into it.</summary>
internal sealed class TilePixels(TileStore store, FileBlobs blobs, IOptions<TileOptions> options)
{
    // Files of our own, named by their hash: only what the formats themselves can hold bounds them.
    private static readonly ImageLimits s_ownFiles = new() { MaxBytes = int.MaxValue, MaxPixels = 300_000_000, MaxSide = 16_384 };

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Sha256, int Level, bool IsExact), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    /// <summary>A level as it is stored, for looking at: levels above 0 went through lossy WebP. Null for an unknown tile.</summary>
    public Task<PixelImage?> LevelAsync(string sha256, int level, CancellationToken cancellationToken) =>
        CachedAsync(sha256, level, isExact: level == 0, cancellationToken);

    /// <summary>The picture halved so many times from its own pixels, for what is kept. Null for an unknown tile.</summary>
    public Task<PixelImage?> HalvedAsync(string sha256, int halvings, CancellationToken cancellationToken) =>
        CachedAsync(sha256, halvings, isExact: true, cancellationToken);

    private async Task<PixelImage?> CachedAsync(string sha256, int level, bool isExact, CancellationToken cancellationToken)
    {
        var key = (sha256, level, isExact);
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var known))
            {
                _byUse.Remove(known);
                _byUse.AddFirst(known);
                return known.Value.Picture;
            }
        }

        // Two who ask at once both decode: rare, and the budget of the work has room for it.
        var picture = isExact && level > 0
            ? Halve(await CachedAsync(sha256, level - 1, isExact: true, cancellationToken))
            : await DecodeAsync(sha256, level, cancellationToken);
        if (picture is not null)
            Keep(key, picture);
        return picture;
    }

    private async Task<PixelImage?> DecodeAsync(string sha256, int level, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(sha256, cancellationToken) is null)
            return null;
        var file = level == 0 ? await blobs.ReadAsync(sha256, cancellationToken) : await blobs.ReadDerivedAsync(sha256, TileStore.LevelName(level), cancellationToken);
        return file is null ? null : ImageDecoder.Decode(file, s_ownFiles);
    }

    private static PixelImage? Halve(PixelImage? picture) => picture is null
        ? null
        : ImageResizer.Resize(picture, (picture.Width + 1) / 2, (picture.Height + 1) / 2, ResizeKernel.Area);

    private void Keep((string Sha256, int Level, bool IsExact) key, PixelImage picture)
    {
        var limit = options.Value.CacheBytes;
        if (picture.Rgba.LongLength > limit)
            return;
        lock (_lock)
        {
            if (_entries.ContainsKey(key))
                return;
            _entries[key] = _byUse.AddFirst(new Entry(key, picture));
            for (_bytes += picture.Rgba.LongLength; _bytes > limit; _bytes -= _byUse.Last!.Value.Picture.Rgba.LongLength, _byUse.RemoveLast()) // Not empty: it holds what exceeds the limit.
                _entries.Remove(_byUse.Last!.Value.Key);
        }
    }

    private sealed record Entry((string Sha256, int Level, bool IsExact) Key, PixelImage Picture);
}
