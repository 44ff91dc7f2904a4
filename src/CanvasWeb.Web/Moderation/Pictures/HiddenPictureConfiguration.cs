using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Moderation.Pictures;

internal sealed class HiddenPictureConfiguration : IEntityTypeConfiguration<HiddenPicture>
{
    public void Configure(EntityTypeBuilder<HiddenPicture> builder)
    {
        builder.ToTable("HiddenPictures");
        builder.HasKey(static hidden => hidden.Sha256);
        builder.Property(static hidden => hidden.Sha256).HasMaxLength(64);
        builder.Property(static hidden => hidden.JobId).HasMaxLength(RandomId.Length);
        builder.HasIndex(static hidden => hidden.CreatedAt);
    }
}
