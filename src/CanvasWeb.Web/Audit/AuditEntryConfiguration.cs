using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Audit;

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("AuditEntries", static table => table.HasTrigger("AuditEntries_update"));
        builder.Property(static entry => entry.Id).HasMaxLength(RandomId.Length);
        builder.Property(static entry => entry.ActorId).HasMaxLength(RandomId.Length);
        builder.Property(static entry => entry.Action).HasMaxLength(AuditEntry.ActionLength);
        builder.Property(static entry => entry.Subject).HasMaxLength(AuditEntry.SubjectLength);
        builder.Property(static entry => entry.Details).HasMaxLength(AuditEntry.DetailsLength);
        builder.HasIndex(static entry => new { entry.At, entry.Id });
        builder.HasIndex(static entry => new { entry.Subject, entry.At });
        builder.HasIndex(static entry => new { entry.ActorId, entry.At });
    }
}
