using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Generation.Jobs;

internal sealed class JobConfiguration : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> builder)
    {
        builder.ToTable("Jobs");
        builder.HasKey(static job => job.Id);
        builder.Property(static job => job.Id).HasMaxLength(RandomId.Length);
        builder.Property(static job => job.UserId).HasMaxLength(RandomId.Length);
        builder.Property(static job => job.BoardId).HasMaxLength(RandomId.Length);
        builder.Property(static job => job.FrameId).HasMaxLength(40);
        builder.Property(static job => job.RequestId).HasMaxLength(Job.RequestIdLength);
        builder.Property(static job => job.ApiKeyId).HasMaxLength(RandomId.Length);
        builder.Property(static job => job.RequestHash).HasMaxLength(64);
        builder.Property(static job => job.Model).HasMaxLength(80);
        builder.Property(static job => job.CropSha256).HasMaxLength(64);
        builder.Property(static job => job.NewMaskSha256).HasMaxLength(64);
        builder.Property(static job => job.PictureSha256).HasMaxLength(64);
        builder.Property(static job => job.OtherSha256).HasMaxLength(64);
        builder.Property(static job => job.VariationOfJob).HasMaxLength(RandomId.Length);
        builder.Property(static job => job.ReplayOfJob).HasMaxLength(RandomId.Length);
        builder.Property(static job => job.PromptBy).HasMaxLength(RandomId.Length);
        builder.Property(static job => job.LeaseWorker).HasMaxLength(80);
        builder.Property(static job => job.ErrorCode).HasMaxLength(64);
        builder.Property(static job => job.ErrorMessage).HasMaxLength(Job.MessageLength);
        builder.Property(static job => job.ModelHash).HasMaxLength(64);
        builder.Ignore(static job => job.IsOpen);
        builder.Ignore(static job => job.PromptWriter);

        // As one value: none is ever asked for by its parts.
        builder.Property(static job => job.Operation).HasConversion(
            static operation => operation == null ? null : JsonSerializer.Serialize(operation, CanvasJson.Options),
            static json => json == null ? null : JsonSerializer.Deserialize<PictureOperation>(json, CanvasJson.Options),
            // The record holds lists, so it is compared by what is stored. It never changes.
            new ValueComparer<PictureOperation>(static (left, right) => ReferenceEquals(left, right), static operation => operation.Kind.GetHashCode()));
        builder.Property(static job => job.Settings).HasConversion(
            static settings => JsonSerializer.Serialize(settings, CanvasJson.Options),
            static json => JsonSerializer.Deserialize<FrameSettings>(json, CanvasJson.Options) ?? FrameSettings.Default);
        builder.Property(static job => job.Plan).HasConversion(
            static plan => JsonSerializer.Serialize(plan, CanvasJson.Options),
            static json => JsonSerializer.Deserialize<JobPlan>(json, CanvasJson.Options)!); // Written by the line above.

        builder.HasIndex(static job => new { job.UserId, job.RequestId }).IsUnique();
        builder.HasIndex(static job => new { job.State, job.CreatedAt });
        builder.HasIndex(static job => new { job.UserId, job.CreatedAt });
        builder.HasIndex(static job => new { job.BoardId, job.CreatedAt });
        builder.HasIndex(static job => job.StartedAt);
        builder.HasIndex(static job => job.FinishedAt);
        builder.HasIndex(static job => job.ReplayOfJob);
        builder.HasIndex(static job => job.CropSha256).HasFilter("\"CropSha256\" IS NOT NULL");
        builder.HasIndex(static job => job.NewMaskSha256).HasFilter("\"NewMaskSha256\" IS NOT NULL");
        builder.HasIndex(static job => job.PictureSha256).HasFilter("\"PictureSha256\" IS NOT NULL");
        builder.HasIndex(static job => job.OtherSha256).HasFilter("\"OtherSha256\" IS NOT NULL");
    }
}
