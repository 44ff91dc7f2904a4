using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Payments;

internal sealed class CreditPurchaseConfiguration : IEntityTypeConfiguration<CreditPurchase>
{
    public void Configure(EntityTypeBuilder<CreditPurchase> builder)
    {
        builder.ToTable("CreditPurchases");
        builder.HasKey(static purchase => purchase.Id);
        builder.HasIndex(static purchase => purchase.UserId);
        builder.HasIndex(static purchase => purchase.SessionId).IsUnique();
        builder.Property(static purchase => purchase.Id).HasMaxLength(RandomId.Length);
        builder.Property(static purchase => purchase.UserId).HasMaxLength(RandomId.Length);
        builder.Property(static purchase => purchase.SessionId).HasMaxLength(StripeEvent.IdLength);
    }
}
