using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Generation.Jobs;

internal sealed class JobResultConfiguration : IEntityTypeConfiguration<JobResultRow>
{
    public void Configure(EntityTypeBuilder<JobResultRow> builder)
    {
        builder.ToTable("JobResults");
        builder.HasKey(static result => new { result.JobId, result.Image });
        builder.Property(static result => result.JobId).HasMaxLength(RandomId.Length);
        builder.Property(static result => result.Sha256).HasMaxLength(64);
        builder.Property(static result => result.Solid).HasMaxLength(64);
        builder.Property(static result => result.ReportedBy).HasMaxLength(RandomId.Length);
        builder.Property(static result => result.Scores).HasMaxLength(200).HasConversion(
            static scores => scores == null ? null : JsonSerializer.Serialize(scores, CanvasJson.Options),
            static json => json == null ? null : JsonSerializer.Deserialize<PictureScores>(json, CanvasJson.Options));
        builder.Property(static result => result.FilmSha256).HasMaxLength(64);
        builder.Ignore(static result => result.Placement);

        // As one value: never asked for by its parts.
        builder.Property(static result => result.Maker).HasConversion(
            static maker => maker == null ? null : JsonSerializer.Serialize(maker, CanvasJson.Options),
            static json => json == null ? null : JsonSerializer.Deserialize<MakerNote>(json, CanvasJson.Options));
        builder.HasOne<Job>().WithMany().HasForeignKey(static result => result.JobId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(static result => result.ReportedAt);
        builder.HasIndex(static result => result.Sha256);
        builder.HasIndex(static result => result.FilmSha256).HasFilter("\"FilmSha256\" IS NOT NULL");
    }
}
