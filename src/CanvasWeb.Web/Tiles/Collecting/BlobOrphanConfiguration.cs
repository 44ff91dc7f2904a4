using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Tiles.Collecting;

internal sealed class BlobOrphanConfiguration : IEntityTypeConfiguration<BlobOrphan>
{
    public void Configure(EntityTypeBuilder<BlobOrphan> builder)
    {
        builder.ToTable("BlobOrphans");
        builder.HasKey(static orphan => orphan.Sha256);
        builder.Property(static orphan => orphan.Sha256).HasMaxLength(64);
        builder.HasIndex(static orphan => orphan.DoomedAt);
    }
}
