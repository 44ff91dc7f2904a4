using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Galleries.Live;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Tiles;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Galleries;

/// <summary>What owners do with their galleries. Each verb asks whose the gallery is; what guests see is <see cref="GalleryAccess"/>'s.</summary>
internal sealed class GalleryService(
    IDbContextFactory<AppDbContext> contexts,
    WriteTransactions writes,
    BoardAccess boards,
    BoardHost host,
    BoardPictures pictures,
    GalleryLinks links,
    LiveGalleries live,
    IPasswordHasher<Gallery> passwords,
    AuditLog audit,
    IOptions<GalleriesOptions> options,
    TimeProvider time)
{
    public const int MinPasswordLength = 6;

    // Hashing a megabyte of "password" would keep a core busy.
    public const int MaxPasswordLength = 100;

    /// <summary>Somebody's galleries, the last changed first.</summary>
    public async Task<IReadOnlyList<GalleryCard>> ListAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var galleries = await db.Set<Gallery>().AsNoTracking().Where(gallery => gallery.OwnerId == userId).OrderByDescending(static gallery => gallery.EditedAt).ToListAsync(cancellationToken);
        var counts = await db.Set<GalleryItem>()
            .Where(item => db.Set<Gallery>().Any(gallery => gallery.Id == item.GalleryId && gallery.OwnerId == userId))
            .GroupBy(static item => item.GalleryId)
            .Select(static group => new { Id = group.Key, Count = group.Count(), First = group.Min(static item => item.Position) })
            .ToDictionaryAsync(static group => group.Id, StringComparer.Ordinal, cancellationToken);
        var covers = await (
            from item in db.Set<GalleryItem>().AsNoTracking()
            join gallery in db.Set<Gallery>() on item.GalleryId equals gallery.Id
            where gallery.OwnerId == userId
                && (item.Id == gallery.CoverId || !db.Set<GalleryItem>().Any(other => other.GalleryId == item.GalleryId && other.Position < item.Position))
            select item).ToListAsync(cancellationToken);
        var byGallery = covers.ToLookup(static item => item.GalleryId, StringComparer.Ordinal);
        var now = time.GetUtcNow();
        return galleries.ConvertAll(gallery => new GalleryCard(
            gallery,
            counts.GetValueOrDefault(gallery.Id)?.Count ?? 0,
            byGallery[gallery.Id].OrderByDescending(item => item.Id == gallery.CoverId).FirstOrDefault(),
            gallery.IsOpenAt(now),
            links.Unseal(gallery)));
    }

    /// <summary>One's own gallery with all its pictures; null for those of others.</summary>
    public async Task<GalleryDetails?> FindAsync(string userId, string galleryId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<Gallery>().AsNoTracking().FirstOrDefaultAsync(gallery => gallery.Id == galleryId && gallery.OwnerId == userId, cancellationToken) is not { } gallery)
            return null;
        var items = await db.Set<GalleryItem>().AsNoTracking().Where(item => item.GalleryId == galleryId).OrderBy(static item => item.Position).ThenBy(static item => item.Id).ToListAsync(cancellationToken);
        return new(gallery, items, links.Unseal(gallery));
    }

    /// <summary>Makes an empty gallery without a link.</summary>
    /// <param name="galleryId">Made by the caller (<see cref="RandomId"/>), so that asking twice makes one.</param>
    public Task<GalleryChange> CreateAsync(string userId, string galleryId, GallerySettings settings, CancellationToken cancellationToken) =>
        AddAsync(userId, galleryId, settings, liveBoardId: null, cancellationToken);

    /// <summary>Makes a gallery that shows one's own board as it is at any moment. Not those of others: who may look at a board is its owner's to say.</summary>
    /// <param name="galleryId">Made by the caller, so that asking twice makes one.</param>
    public async Task<GalleryChange> CreateLiveAsync(string userId, string galleryId, string boardId, GallerySettings settings, CancellationToken cancellationToken) =>
        await boards.RoleAsync(boardId, userId, cancellationToken) == BoardRole.Owner
            ? await AddAsync(userId, galleryId, settings, boardId, cancellationToken)
            : GalleryChange.NotFound;

    /// <summary>Changes everything that is set on its page.</summary>
    public Task<GalleryChange> UpdateAsync(string userId, string galleryId, GallerySettings settings, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return ChangeAsync(
            userId,
            galleryId,
            (_, gallery, _) =>
            {
                // An end that has passed may stand: another title does not set it anew.
                var problem = Clean(settings, now, gallery.ExpiresAt, out var clean);
                if (problem == GalleryChange.Done)
                    gallery.Change(clean, now);
                return Task.FromResult(problem);
            },
            cancellationToken);
    }

    /// <param name="password">Null takes it away. Guests who are in by an earlier one are asked again.</param>
    public Task<GalleryChange> SetPasswordAsync(string userId, string galleryId, string? password, CancellationToken cancellationToken)
    {
        if (password is { Length: < MinPasswordLength or > MaxPasswordLength })
            return Task.FromResult(GalleryChange.BadPassword);
        return ChangeAsync(
            userId,
            galleryId,
            (db, gallery, _) =>
            {
                gallery.Protect(password is null ? null : passwords.HashPassword(gallery, password), time.GetUtcNow());
                audit.Add(db, userId, password is null ? "gallery.no-password" : "gallery.password", "gallery:" + galleryId, details: null);
                return Task.FromResult(GalleryChange.Done);
            },
            cancellationToken);
    }

    /// <summary>
    /// Hangs pictures of a board, in their painting order; those that hang already stay where they are. For owners and editors: who only looks
    /// at a board does not publish it.
    /// </summary>
    /// <param name="nodes">Tiles, and groups for all tiles in them; null for the whole board.</param>
    public async Task<GalleryChange> AddTilesAsync(string userId, string galleryId, string boardId, IReadOnlyCollection<NodeId>? nodes, CancellationToken cancellationToken)
    {
        if (await boards.RoleAsync(boardId, userId, cancellationToken) is not (BoardRole.Editor or BoardRole.Owner))
            return GalleryChange.NotFound;
        var state = await host.StateAsync(boardId, cancellationToken);
        return await HangAsync(userId, galleryId, await pictures.OfAsync(state, boardId, nodes, userId, cancellationToken), cancellationToken);
    }

    /// <summary>Hangs results of one's own jobs, on whichever board they were ordered, accepted or not.</summary>
    public async Task<GalleryChange> AddResultsAsync(string userId, string galleryId, IReadOnlyCollection<ResultRef> results, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var ids = results.Select(static result => result.Job).Distinct(StringComparer.Ordinal).ToArray();
        var found = await (
            from job in db.Set<Job>().AsNoTracking()
            where ids.Contains(job.Id) && job.UserId == userId && job.State == JobState.Succeeded
            join row in db.Set<JobResultRow>().AsNoTracking() on job.Id equals row.JobId
            select new { job.FrameId, Row = row, Board = db.Set<Board>().Where(board => board.Id == job.BoardId).Select(static board => board.Id).FirstOrDefault() }).ToListAsync(cancellationToken);
        var picked = new List<PickedPicture>();
        foreach (var wanted in results.Distinct())
        {
            if (found.Find(one => one.Row.JobId == wanted.Job && one.Row.Image == wanted.Image) is not { } one)
                return GalleryChange.NotFound;
            var content = new TileContent(one.Row.Sha256, one.Row.PixelWidth, one.Row.PixelHeight, Job: one.Row.JobId, Image: one.Row.Image);
            var place = one.Row.Placement;
            picked.Add(new(GalleryItem.KeyOf(wanted), one.Board, content, new(place.X, place.Y, place.Width, place.Height)));
        }

        return await HangAsync(userId, galleryId, picked, cancellationToken);
    }

    /// <summary>Puts pictures in another order. Those that are not named keep theirs, behind the named ones.</summary>
    public Task<GalleryChange> ReorderAsync(string userId, string galleryId, IReadOnlyList<string> itemIds, CancellationToken cancellationToken) => ChangeAsync(
        userId,
        galleryId,
        async (db, gallery, token) =>
        {
            var items = await db.Set<GalleryItem>().Where(item => item.GalleryId == galleryId).OrderBy(static item => item.Position).ToListAsync(token);
            var places = itemIds.Distinct(StringComparer.Ordinal).Select(static (id, index) => (id, index)).ToDictionary(static pair => pair.id, static pair => pair.index, StringComparer.Ordinal);
            var position = 0;
            foreach (var item in items.OrderBy(item => places.GetValueOrDefault(item.Id, int.MaxValue)).ThenBy(static item => item.Position))
                item.MoveTo(position++);
            gallery.Edited(time.GetUtcNow());
            return GalleryChange.Done;
        },
        cancellationToken);

    public Task<GalleryChange> DescribeAsync(string userId, string galleryId, string itemId, string caption, CancellationToken cancellationToken)
    {
        var clean = OneLine(caption);
        if (clean.Length > GalleryItem.MaxCaptionLength)
            return Task.FromResult(GalleryChange.BadText);
        return ChangeAsync(
            userId,
            galleryId,
            async (db, gallery, token) =>
            {
                if (await db.Set<GalleryItem>().FirstOrDefaultAsync(item => item.Id == itemId && item.GalleryId == galleryId, token) is not { } item)
                    return GalleryChange.NotFound;
                item.Describe(clean);
                gallery.Edited(time.GetUtcNow());
                return GalleryChange.Done;
            },
            cancellationToken);
    }

    /// <summary>Takes pictures down. Again is harmless.</summary>
    public Task<GalleryChange> RemoveAsync(string userId, string galleryId, IReadOnlyCollection<string> itemIds, CancellationToken cancellationToken) => ChangeAsync(
        userId,
        galleryId,
        async (db, gallery, token) =>
        {
            await db.Set<GalleryItem>().Where(item => item.GalleryId == galleryId && itemIds.Contains(item.Id)).ExecuteDeleteAsync(token);
            gallery.Edited(time.GetUtcNow());
            return GalleryChange.Done;
        },
        cancellationToken);

    /// <param name="itemId">Null: the first one, whichever that is.</param>
    public Task<GalleryChange> SetCoverAsync(string userId, string galleryId, string? itemId, CancellationToken cancellationToken) => ChangeAsync(
        userId,
        galleryId,
        async (db, gallery, token) =>
        {
            if (itemId is not null && !await db.Set<GalleryItem>().AnyAsync(item => item.Id == itemId && item.GalleryId == galleryId, token))
                return GalleryChange.NotFound;
            gallery.ShowFirst(itemId, time.GetUtcNow());
            return GalleryChange.Done;
        },
        cancellationToken);

    /// <summary>Makes a link. One that was there before opens nothing from now on.</summary>
    /// <returns>The token, for <see cref="GalleryLinks.PathOf"/>; null where there is no such gallery.</returns>
    public async Task<string?> NewLinkAsync(string userId, string galleryId, CancellationToken cancellationToken)
    {
        var (token, hash, sealedToken) = links.New(galleryId);
        var change = await ChangeAsync(
            userId,
            galleryId,
            (db, gallery, _) =>
            {
                gallery.Share(hash, sealedToken, time.GetUtcNow());
                audit.Add(db, userId, "gallery.link", "gallery:" + galleryId, details: null);
                return Task.FromResult(GalleryChange.Done);
            },
            cancellationToken);
        return change == GalleryChange.Done ? token : null;
    }

    /// <summary>Takes the link back, at once and for every picture. Again is harmless.</summary>
    /// <param name="actorId">Who is noted as the one who did it: an admin acts for the owner. Null: the owner.</param>
    public Task<GalleryChange> RevokeAsync(string userId, string galleryId, CancellationToken cancellationToken, string? actorId = null) => ChangeAsync(
        userId,
        galleryId,
        (db, gallery, _) =>
        {
            if (gallery.TokenHash is not null)
            {
                gallery.Revoke(time.GetUtcNow());
                audit.Add(db, actorId ?? userId, "gallery.revoke", "gallery:" + galleryId, details: null);
            }

            return Task.FromResult(GalleryChange.Done);
        },
        cancellationToken);

    /// <summary>Deletes a gallery for good. Its pictures stay on their boards.</summary>
    public async Task<GalleryChange> DeleteAsync(string userId, string galleryId, CancellationToken cancellationToken)
    {
        var deleted = await writes.RunAsync((db, token) => db.Set<Gallery>().Where(gallery => gallery.Id == galleryId && gallery.OwnerId == userId).ExecuteDeleteAsync(token), cancellationToken);
        if (deleted != 0)
            live.Changed(galleryId);
        return deleted == 0 ? GalleryChange.NotFound : GalleryChange.Done;
    }

    private async Task<GalleryChange> AddAsync(string userId, string galleryId, GallerySettings settings, string? liveBoardId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (Clean(settings, now, null, out var clean) is var problem and not GalleryChange.Done)
            return problem;
        return await writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, "galleries:" + userId, token);
                if (await db.Set<Gallery>().Where(gallery => gallery.Id == galleryId).Select(static gallery => gallery.OwnerId).FirstOrDefaultAsync(token) is { } owner)
                    return owner == userId ? GalleryChange.Done : GalleryChange.NotFound;
                if (await db.Set<Gallery>().CountAsync(gallery => gallery.OwnerId == userId, token) >= options.Value.PerUser)
                    return GalleryChange.TooMany;
                db.Add(new Gallery(galleryId, userId, clean, liveBoardId, now));
                return GalleryChange.Done;
            },
            cancellationToken);
    }

    private Task<GalleryChange> HangAsync(string userId, string galleryId, IReadOnlyList<PickedPicture> picked, CancellationToken cancellationToken) => ChangeAsync(
        userId,
        galleryId,
        async (db, gallery, token) =>
        {
            if (gallery.IsLive)
                return GalleryChange.NotFound;
            var known = await db.Set<GalleryItem>().Where(item => item.GalleryId == galleryId).Select(static item => new { item.SourceKey, item.Position }).ToListAsync(token);
            var keys = known.Select(static item => item.SourceKey).ToHashSet(StringComparer.Ordinal);
            var fresh = picked.Where(one => keys.Add(one.Key)).ToList();
            if (known.Count + fresh.Count > options.Value.ItemsPerGallery)
                return GalleryChange.TooMany;
            var contents = await VerifiedAsync(db, fresh, token);
            var position = known.Select(static item => item.Position).DefaultIfEmpty(-1).Max();
            var now = time.GetUtcNow();
            foreach (var one in fresh)
            {
                if (contents.TryGetValue(one.Key, out var content))
                    db.Add(new GalleryItem(galleryId, ++position, one.Key, one.BoardId, content, one.Place, now));
            }

            gallery.Edited(now);
            return GalleryChange.Done;
        },
        cancellationToken);

    // What a tile of a board says about its picture and its job was told by a browser. Sizes are taken from the picture's own row; a job is believed
    // where it has that very picture, since galleries show what made it.
    private static async Task<Dictionary<string, TileContent>> VerifiedAsync(AppDbContext db, List<PickedPicture> picked, CancellationToken cancellationToken)
    {
        var names = picked.Select(static one => one.Content.Sha256).Distinct(StringComparer.Ordinal).ToArray();
        var tiles = await db.Set<Tile>().AsNoTracking().Where(tile => names.Contains(tile.Sha256)).ToDictionaryAsync(static tile => tile.Sha256, StringComparer.Ordinal, cancellationToken);
        var jobs = picked.Select(static one => (one.Ground ?? one.Content).Job).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        var results = (await db.Set<JobResultRow>().Where(row => jobs.Contains(row.JobId)).Select(static row => new { row.JobId, row.Image, row.Sha256 }).ToListAsync(cancellationToken))
            .Select(static row => (row.JobId, row.Image, row.Sha256)).ToHashSet();
        var verified = new Dictionary<string, TileContent>(StringComparer.Ordinal);
        foreach (var one in picked)
        {
            if (!tiles.TryGetValue(one.Content.Sha256, out var tile))
                continue;
            verified[one.Key] = (one.Ground ?? one.Content) is { Job: { } job, Image: { } image } made && results.Contains((job, image, made.Sha256))
                ? tile.ToContent() with { Job = job, Image = image }
                : tile.ToContent();
        }

        return verified;
    }

    // One change of a gallery after another: positions and limits are read before they are written.
    private async Task<GalleryChange> ChangeAsync(string userId, string galleryId, Func<AppDbContext, Gallery, CancellationToken, Task<GalleryChange>> change, CancellationToken cancellationToken)
    {
        var outcome = await writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, "gallery:" + galleryId, token);
                return await db.Set<Gallery>().FirstOrDefaultAsync(gallery => gallery.Id == galleryId && gallery.OwnerId == userId, token) is { } gallery
                    ? await change(db, gallery, token)
                    : GalleryChange.NotFound;
            },
            cancellationToken);
        if (outcome == GalleryChange.Done)
            live.Changed(galleryId);
        return outcome;
    }

    private static GalleryChange Clean(GallerySettings settings, DateTimeOffset now, DateTimeOffset? endsAlready, out GallerySettings clean)
    {
        clean = settings with { Title = OneLine(settings.Title), Story = Paragraphs(settings.Story) };
        return clean.Title.Length is 0 or > Gallery.MaxTitleLength ? GalleryChange.BadTitle
            : clean.Story.Length > Gallery.MaxStoryLength ? GalleryChange.BadText
            : clean.ExpiresAt <= now && clean.ExpiresAt != endsAlready ? GalleryChange.BadExpiry
            : GalleryChange.Done;
    }

    private static string OneLine(string text) => string.Concat(text.Where(static letter => !char.IsControl(letter))).Trim();

    private static string Paragraphs(string text) => string.Concat(text.ReplaceLineEndings("\n").Where(static letter => letter == '\n' || !char.IsControl(letter))).Trim();
}
