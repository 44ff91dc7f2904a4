using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Boards;

/// <summary>
/// A board's thumbnail, a WebP of some 20 KB. In a row of its own, so that lists do not read it; in the database and not among the blobs,
/// since it is replaced every few edits and blobs are never deleted.
/// </summary>
internal sealed class BoardThumbnail
{
    public required string BoardId { get; init; }

    public required byte[] Content { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<BoardThumbnail>
    {
        public void Configure(EntityTypeBuilder<BoardThumbnail> builder)
        {
            builder.ToTable("BoardThumbnails");
            builder.HasKey(static row => row.BoardId);
            builder.Property(static row => row.BoardId).HasMaxLength(RandomId.Length);
            builder.HasOne<Board>().WithOne().HasForeignKey<BoardThumbnail>(static row => row.BoardId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
