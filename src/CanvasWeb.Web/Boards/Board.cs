using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Boards;

/// <summary>A board as a row: whose, which name, and how far its log is. What lies on it is in the log.</summary>
internal sealed class Board
{
    public const int MaxNameLength = 120;

    private Board()
    {
    }

    public Board(string id, string ownerId, string name, DateTimeOffset now)
    {
        (Id, OwnerId, Name, CreatedAt, EditedAt) = (id, ownerId, name, now, now);
    }

    public string Id { get; private set; } = "";

    public string OwnerId { get; private set; } = "";

    public string Name { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The last op, or the last change of the row itself.</summary>
    public DateTimeOffset EditedAt { get; private set; }

    /// <summary>When it went to the bin; null on the shelf.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>The last op of the log. Moved by the board's writer alone, which compares it first: see <see cref="BoardLog"/>.</summary>
    public long Seq { get; private set; }

    /// <summary>Bytes of the log's ops, and of the state that a duplicate begins with. Moved together with <see cref="Seq"/>.</summary>
    public long LogBytes { get; private set; }

    /// <summary>Where the log begins: 0, or for a duplicate the op of its source after which it was taken. The snapshot there is never thrown away.</summary>
    public long OriginSeq { get; private set; }

    /// <summary>The hash of <see cref="BoardThumbnail"/>'s content; null until there is one.</summary>
    public string? ThumbnailSha { get; private set; }

    /// <summary>Which op the thumbnail shows.</summary>
    public long ThumbnailSeq { get; private set; }

    public void Rename(string name) => Name = name;

    public void PutInBin(DateTimeOffset now) => DeletedAt = now;

    public void Restore() => DeletedAt = null;

    public void BeginAt(long seq, long bytes) => (Seq, OriginSeq, LogBytes) = (seq, seq, bytes);

    public void ShowThumbnail(string? sha256, long seq) => (ThumbnailSha, ThumbnailSeq) = (sha256, seq);

    internal sealed class Configuration : IEntityTypeConfiguration<Board>
    {
        public void Configure(EntityTypeBuilder<Board> builder)
        {
            builder.ToTable("Boards");
            builder.Property(static board => board.Id).HasMaxLength(RandomId.Length);
            builder.Property(static board => board.OwnerId).HasMaxLength(RandomId.Length);
            builder.Property(static board => board.Name).HasMaxLength(MaxNameLength);
            builder.Property(static board => board.ThumbnailSha).HasMaxLength(64);
            builder.HasIndex(static board => board.OwnerId);
            builder.HasIndex(static board => board.DeletedAt);
            builder.HasOne<AppUser>().WithMany().HasForeignKey(static board => board.OwnerId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
