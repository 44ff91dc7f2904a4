using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.ApiKeys;

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("ApiKeys");
        builder.Property(static key => key.Id).HasMaxLength(RandomId.Length);
        builder.Property(static key => key.UserId).HasMaxLength(RandomId.Length);
        builder.Property(static key => key.Name).HasMaxLength(ApiKey.NameLength);
        builder.Property(static key => key.SecretHash).HasMaxLength(64);
        builder.Property(static key => key.Hint).HasMaxLength(ApiKey.HintLength);
        builder.Property(static key => key.Scopes).HasMaxLength(100);
        builder.Property(static key => key.RequestId).HasMaxLength(RandomId.Length);
        builder.HasIndex(static key => key.SecretHash).IsUnique();
        builder.HasIndex(static key => new { key.UserId, key.RequestId }).IsUnique();
        builder.HasOne<AppUser>().WithMany().HasForeignKey(static key => key.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
