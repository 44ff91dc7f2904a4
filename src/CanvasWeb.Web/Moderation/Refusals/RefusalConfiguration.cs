using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Moderation.Refusals;

internal sealed class RefusalConfiguration : IEntityTypeConfiguration<Refusal>
{
    public void Configure(EntityTypeBuilder<Refusal> builder)
    {
        builder.ToTable("Refusals");
        builder.HasKey(static refusal => refusal.Id);
        builder.Property(static refusal => refusal.Id).HasMaxLength(RandomId.Length);
        builder.Property(static refusal => refusal.UserId).HasMaxLength(RandomId.Length);
        builder.Property(static refusal => refusal.Key).HasMaxLength(64);
        builder.Property(static refusal => refusal.BoardId).HasMaxLength(RandomId.Length);
        builder.Property(static refusal => refusal.JobId).HasMaxLength(RandomId.Length);
        builder.Property(static refusal => refusal.Sha256).HasMaxLength(64);
        builder.Property(static refusal => refusal.Category).HasMaxLength(Refusal.CategoryLength);
        builder.Property(static refusal => refusal.Words).HasMaxLength(Refusal.WordsLength);
        builder.Property(static refusal => refusal.AppealText).HasMaxLength(Refusal.TextLength);
        builder.Property(static refusal => refusal.Answer).HasMaxLength(Refusal.TextLength);
        builder.Property(static refusal => refusal.AnsweredBy).HasMaxLength(RandomId.Length);
        builder.HasOne<Job>().WithMany().HasForeignKey(static refusal => refusal.JobId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(static refusal => new { refusal.UserId, refusal.Kind, refusal.Key }).IsUnique();
        builder.HasIndex(static refusal => new { refusal.UserId, refusal.CreatedAt });
        builder.HasIndex(static refusal => new { refusal.State, refusal.AppealedAt });
        builder.HasIndex(static refusal => refusal.CreatedAt);
        builder.HasIndex(static refusal => refusal.JobId);
        builder.HasIndex(static refusal => refusal.Sha256).HasFilter("\"Sha256\" IS NOT NULL");
    }
}
