using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Webhooks;

internal sealed class WebhookEndpointConfiguration : IEntityTypeConfiguration<WebhookEndpoint>
{
    public void Configure(EntityTypeBuilder<WebhookEndpoint> builder)
    {
        builder.ToTable("WebhookEndpoints");
        builder.Property(static endpoint => endpoint.Id).HasMaxLength(RandomId.Length);
        builder.Property(static endpoint => endpoint.UserId).HasMaxLength(RandomId.Length);
        builder.Property(static endpoint => endpoint.Url).HasMaxLength(WebhookEndpoint.UrlLength);
        builder.Property(static endpoint => endpoint.Events).HasMaxLength(200);
        builder.Property(static endpoint => endpoint.SealedSecret).HasMaxLength(1000);
        builder.Property(static endpoint => endpoint.RequestId).HasMaxLength(RandomId.Length);
        builder.HasIndex(static endpoint => new { endpoint.UserId, endpoint.RequestId }).IsUnique();
        builder.HasOne<AppUser>().WithMany().HasForeignKey(static endpoint => endpoint.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
