using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Admin.Limits;

internal sealed class SiteLimitRowConfiguration : IEntityTypeConfiguration<SiteLimitRow>
{
    public void Configure(EntityTypeBuilder<SiteLimitRow> builder)
    {
        builder.ToTable("SiteLimits");
        builder.HasKey(static row => row.Name);
        builder.Property(static row => row.Name).HasMaxLength(40);
        builder.Property(static row => row.Value).HasMaxLength(SiteLimitRow.ValueLength);
    }
}
