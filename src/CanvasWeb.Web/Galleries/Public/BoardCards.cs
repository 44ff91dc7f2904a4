using System.Collections.Concurrent;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Tiles;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>
/// Preview pictures of live boards. Anybody with the link may ask as often as they like, so each is drawn once in a while and kept in memory between;
/// and only as long as few wait for the pixel budget, in which the board's own people stand, too.
/// </summary>
internal sealed class BoardCards(BoardHost host, BoardRenderer renderer, IOptions<GalleriesOptions> options, TimeProvider time)
{
    // About 100 kB each.
    private const int Most = 100;

    // Sides of the board before it is put in its place on the card.
    private const int BoardSide = 1200;

    private readonly ConcurrentDictionary<string, Card> _cards = new(StringComparer.Ordinal);

    /// <summary>Of the board as it was a moment ago; null for an empty one, and when it cannot be drawn now.</summary>
    /// <exception cref="BoardUnavailableException">The board cannot be read.</exception>
    public async Task<byte[]?> OfAsync(string boardId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_cards.TryGetValue(boardId, out var known) && now < known.Until)
            return known.Jpeg;

        // Whoever comes while it is drawn gets the one before, which is better than a second drawing.
        var next = new Card(known?.Jpeg, now.AddSeconds(options.Value.LiveCardSeconds));
        if (known is null ? !_cards.TryAdd(boardId, next) : !_cards.TryUpdate(boardId, next, known))
            return known?.Jpeg;
        try
        {
            next.Jpeg = await DrawAsync(boardId, cancellationToken);
        }
        catch
        {
            // The next one tries again.
            _cards.TryRemove(KeyValuePair.Create(boardId, next));
            throw;
        }

        if (_cards.Count > Most)
        {
            foreach (var old in _cards.OrderBy(static card => card.Value.Until).Take(Most / 2))
                _cards.TryRemove(old);
        }

        return next.Jpeg;
    }

    private async Task<byte[]?> DrawAsync(string boardId, CancellationToken cancellationToken)
    {
        var state = await host.StateAsync(boardId, cancellationToken);
        var bounds = BoardScene.Of(state).Bounds();
        if (bounds.Width <= 0 || bounds.Height <= 0)
            return null;
        var scale = Math.Min(BoardSide / bounds.Width, BoardSide / bounds.Height);
        var size = new PixelSize(Math.Max(1, (int)Math.Round(bounds.Width * scale)), Math.Max(1, (int)Math.Round(bounds.Height * scale)));
        return await renderer.TryRenderAsync(state, bounds, size, cancellationToken) is { } picture ? CardPicture.Draw(picture) : null;
    }

    private sealed class Card(byte[]? jpeg, DateTimeOffset until)
    {
        public byte[]? Jpeg { get; set; } = jpeg;

        public DateTimeOffset Until { get; } = until;
    }
}
