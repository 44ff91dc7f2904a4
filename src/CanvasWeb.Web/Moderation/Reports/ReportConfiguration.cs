using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Moderation.Reports;

internal sealed class ReportConfiguration : IEntityTypeConfiguration<Report>
{
    public void Configure(EntityTypeBuilder<Report> builder)
    {
        builder.ToTable("Reports");
        builder.HasKey(static report => report.Id);
        builder.Property(static report => report.Id).HasMaxLength(RandomId.Length);
        builder.Property(static report => report.TargetId).HasMaxLength(RandomId.Length);
        builder.Property(static report => report.Part).HasMaxLength(RandomId.Length);
        builder.Property(static report => report.OwnerId).HasMaxLength(RandomId.Length);
        builder.Property(static report => report.Sha256).HasMaxLength(64);
        builder.Property(static report => report.JobId).HasMaxLength(RandomId.Length);
        builder.Property(static report => report.ReporterKey).HasMaxLength(64);
        builder.Property(static report => report.ReporterId).HasMaxLength(RandomId.Length);
        builder.Property(static report => report.Text).HasMaxLength(Report.TextLength);
        builder.Property(static report => report.AnsweredBy).HasMaxLength(RandomId.Length);
        builder.HasOne<Job>().WithMany().HasForeignKey(static report => report.JobId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(static report => new { report.Kind, report.TargetId, report.Part, report.ReporterKey }).IsUnique();
        builder.HasIndex(static report => new { report.State, report.CreatedAt });
        builder.HasIndex(static report => report.OwnerId);
        builder.HasIndex(static report => report.JobId);
        builder.HasIndex(static report => report.Sha256);
    }
}
