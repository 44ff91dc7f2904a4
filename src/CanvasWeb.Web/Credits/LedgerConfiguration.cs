using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Credits;

/// <summary>
/// How the ledger is stored. The rules that keep it true (nothing updated or deleted, no balance below zero, no gap, sums of zero) are
/// triggers and constraints in the migration: they hold for whoever writes to the database, not only for this program.
/// </summary>
internal sealed class LedgerConfiguration :
    IEntityTypeConfiguration<LedgerTransaction>, IEntityTypeConfiguration<LedgerEntry>, IEntityTypeConfiguration<CreditHold>
{
    public void Configure(EntityTypeBuilder<LedgerTransaction> builder)
    {
        // EF Core asks SQLite for RETURNING, which goes together with triggers only when it knows about them.
        builder.ToTable("LedgerTransactions", static table => table.HasTrigger("LedgerTransactions_insert"));
        builder.HasKey(static row => row.Key);
        builder.HasIndex(static row => new { row.UserId, row.At });
        builder.Property(static row => row.Key).HasMaxLength(LedgerTransaction.KeyLength);
        builder.Property(static row => row.Kind).HasConversion<string>().HasMaxLength(16);
        builder.Property(static row => row.UserId).HasMaxLength(RandomId.Length);
        builder.Property(static row => row.JobId).HasMaxLength(RandomId.Length);
        builder.Property(static row => row.Reason).HasMaxLength(LedgerTransaction.ReasonLength);
        builder.Property(static row => row.ActorId).HasMaxLength(RandomId.Length);
    }

    public void Configure(EntityTypeBuilder<LedgerEntry> builder)
    {
        builder.ToTable("LedgerEntries", static table => table.HasTrigger("LedgerEntries_insert"));
        // No relation to the transaction in the model: EF Core would insert that first, and it has to come last.
        builder.HasKey(static row => new { row.Transaction, row.Account });
        builder.HasIndex(static row => new { row.Account, row.Number }).IsUnique();
        builder.Property(static row => row.Transaction).HasMaxLength(LedgerTransaction.KeyLength);
        builder.Property(static row => row.Account).HasMaxLength(LedgerAccount.MaxLength);
    }

    public void Configure(EntityTypeBuilder<CreditHold> builder)
    {
        builder.ToTable("CreditHolds");
        builder.HasKey(static row => row.JobId);
        builder.HasIndex(static row => row.UserId);
        builder.HasIndex(static row => row.ExpiresAt);
        builder.Property(static row => row.JobId).HasMaxLength(RandomId.Length);
        builder.Property(static row => row.UserId).HasMaxLength(RandomId.Length);
    }
}
