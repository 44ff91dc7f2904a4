using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Galleries;

/// <summary>Pictures that somebody shows to whoever has the link. Without a link nobody but the owner sees it.</summary>
internal sealed class Gallery
{
    public const int MaxTitleLength = 120;
    public const int MaxStoryLength = 4_000;

    // A sealed link: 43 characters inside some 100 of data protection, in base64url. Room for longer keys to come.
    private const int MaxSealedLength = 500;

    private Gallery()
    {
    }

    public Gallery(string id, string ownerId, GallerySettings settings, string? liveBoardId, DateTimeOffset now)
    {
        (Id, OwnerId, BoardId, IsLive, CreatedAt) = (id, ownerId, liveBoardId, liveBoardId is not null, now);
        Change(settings, now);
    }

    public string Id { get; private set; } = "";

    public string OwnerId { get; private set; } = "";

    public string Title { get; private set; } = "";

    public string Story { get; private set; } = "";

    public GalleryLayout Layout { get; private set; }

    public bool ShowPrompts { get; private set; }

    public bool ShowProcess { get; private set; }

    public GalleryDownloads Downloads { get; private set; }

    public bool AllowRemix { get; private set; }

    public bool AllowIndexing { get; private set; }

    /// <summary>The item that stands for the gallery; where it is missing or null, the first one does.</summary>
    public string? CoverId { get; private set; }

    /// <summary>Shows the board itself, as it is now, and has no items.</summary>
    public bool IsLive { get; private set; }

    /// <summary>The board of a live gallery; the gallery goes with it.</summary>
    public string? BoardId { get; private set; }

    /// <summary>Of the link's token; null while there is no link.</summary>
    public string? TokenHash { get; private set; }

    /// <summary>The token once more, encrypted: see <see cref="GalleryLinks"/>.</summary>
    public string? SealedToken { get; private set; }

    /// <summary>As Identity hashes passwords; null: whoever has the link sees it.</summary>
    public string? PasswordHash { get; private set; }

    public DateTimeOffset? ExpiresAt { get; private set; }

    /// <summary>When the link was made that is in force now.</summary>
    public DateTimeOffset? SharedAt { get; private set; }

    /// <summary>When the last link was taken back; null where there never was one, or one is in force.</summary>
    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>How often guests opened its page. A number and nothing else: no cookie, no address, no day.</summary>
    public long Views { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The last change by its owner: settings, pictures, order, link.</summary>
    public DateTimeOffset EditedAt { get; private set; }

    /// <summary>The settings are clean: see <see cref="GalleryService"/>.</summary>
    public void Change(GallerySettings settings, DateTimeOffset now)
    {
        (Title, Story) = (settings.Title, settings.Story);
        Layout = IsLive ? GalleryLayout.Board : settings.Layout;
        (ShowPrompts, ShowProcess, Downloads) = (settings.ShowPrompts, settings.ShowProcess, settings.Downloads);
        (AllowRemix, AllowIndexing, ExpiresAt) = (settings.AllowRemix, settings.AllowIndexing, settings.ExpiresAt);
        EditedAt = now;
    }

    public GallerySettings Settings() => new()
    {
        Title = Title,
        Story = Story,
        Layout = Layout,
        ShowPrompts = ShowPrompts,
        ShowProcess = ShowProcess,
        Downloads = Downloads,
        AllowRemix = AllowRemix,
        AllowIndexing = AllowIndexing,
        ExpiresAt = ExpiresAt,
    };

    /// <summary>The items are different now.</summary>
    public void Edited(DateTimeOffset now) => EditedAt = now;

    public void ShowFirst(string? coverId, DateTimeOffset now) => (CoverId, EditedAt) = (coverId, now);

    public void Protect(string? passwordHash, DateTimeOffset now) => (PasswordHash, EditedAt) = (passwordHash, now);

    /// <summary>A new link; the one before opens nothing any more.</summary>
    public void Share(string tokenHash, string sealedToken, DateTimeOffset now)
    {
        (TokenHash, SealedToken, SharedAt, RevokedAt) = (tokenHash, sealedToken, now, null);
        EditedAt = now;
    }

    /// <summary>Takes the link back. Its hash goes too, so that there is nothing left that it could open.</summary>
    public void Revoke(DateTimeOffset now)
    {
        (TokenHash, SealedToken, SharedAt, RevokedAt) = (null, null, null, now);
        EditedAt = now;
    }

    public bool IsOpenAt(DateTimeOffset now) => TokenHash is not null && (ExpiresAt is null || now < ExpiresAt);

    internal sealed class Configuration : IEntityTypeConfiguration<Gallery>
    {
        public void Configure(EntityTypeBuilder<Gallery> builder)
        {
            builder.ToTable("Galleries");
            builder.Property(static gallery => gallery.Id).HasMaxLength(RandomId.Length);
            builder.Property(static gallery => gallery.OwnerId).HasMaxLength(RandomId.Length);
            builder.Property(static gallery => gallery.Title).HasMaxLength(MaxTitleLength);
            builder.Property(static gallery => gallery.Story).HasMaxLength(MaxStoryLength);
            builder.Property(static gallery => gallery.CoverId).HasMaxLength(RandomId.Length);
            builder.Property(static gallery => gallery.BoardId).HasMaxLength(RandomId.Length);
            builder.Property(static gallery => gallery.TokenHash).HasMaxLength(SecretToken.HashLength);
            builder.Property(static gallery => gallery.SealedToken).HasMaxLength(MaxSealedLength);
            builder.Property(static gallery => gallery.PasswordHash).HasMaxLength(MaxSealedLength);
            builder.HasIndex(static gallery => gallery.OwnerId);
            builder.HasIndex(static gallery => gallery.BoardId);
            builder.HasIndex(static gallery => gallery.TokenHash).IsUnique();
            builder.HasOne<AppUser>().WithMany().HasForeignKey(static gallery => gallery.OwnerId).OnDelete(DeleteBehavior.Cascade);
            builder.HasOne<Board>().WithMany().HasForeignKey(static gallery => gallery.BoardId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
