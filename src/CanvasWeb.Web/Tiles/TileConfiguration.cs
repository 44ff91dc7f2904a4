using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Tiles;

internal sealed class TileConfiguration : IEntityTypeConfiguration<Tile>
{
    public void Configure(EntityTypeBuilder<Tile> builder)
    {
        builder.ToTable("Tiles");
        builder.HasKey(static tile => tile.Sha256);
        builder.Property(static tile => tile.Sha256).HasMaxLength(64);
        builder.Property(static tile => tile.Solid).HasMaxLength(64);
        builder.Property(static tile => tile.OwnerId).HasMaxLength(RandomId.Length);
        builder.Ignore(static tile => tile.Size);
    }
}
