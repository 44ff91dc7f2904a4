using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Webhooks;

internal sealed class WebhookDeliveryConfiguration : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> builder)
    {
        builder.ToTable("WebhookDeliveries");
        builder.Property(static delivery => delivery.Id).HasMaxLength(WebhookDelivery.IdPrefix.Length + RandomId.Length);
        builder.Property(static delivery => delivery.EndpointId).HasMaxLength(RandomId.Length);
        builder.Property(static delivery => delivery.EventType).HasMaxLength(40);
        builder.Property(static delivery => delivery.Subject).HasMaxLength(RandomId.Length);
        builder.Property(static delivery => delivery.LastError).HasMaxLength(WebhookDelivery.ErrorLength);
        // A job ends once, and is told of once, however often its end is retried.
        builder.HasIndex(static delivery => new { delivery.EndpointId, delivery.EventType, delivery.Subject }).IsUnique();
        builder.HasIndex(static delivery => new { delivery.State, delivery.DueAt });
        builder.HasIndex(static delivery => new { delivery.EndpointId, delivery.CreatedAt });
        builder.HasOne<WebhookEndpoint>().WithMany().HasForeignKey(static delivery => delivery.EndpointId).OnDelete(DeleteBehavior.Cascade);
    }
}
