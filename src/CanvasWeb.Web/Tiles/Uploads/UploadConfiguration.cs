using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Tiles.Uploads;

internal sealed class UploadConfiguration : IEntityTypeConfiguration<Upload>
{
    /// <summary>Characters of <see cref="Upload.RequestId"/>.</summary>
    public const int MaxRequestId = 40;

    public void Configure(EntityTypeBuilder<Upload> builder)
    {
        builder.ToTable("Uploads");
        builder.Property(static upload => upload.Id).HasMaxLength(RandomId.Length);
        builder.Property(static upload => upload.UserId).HasMaxLength(RandomId.Length);
        builder.Property(static upload => upload.RequestId).HasMaxLength(MaxRequestId);
        builder.Property(static upload => upload.BoardId).HasMaxLength(RandomId.Length);
        builder.Property(static upload => upload.Sha256).HasMaxLength(64);
        builder.Property(static upload => upload.Settings).HasConversion(
            static settings => settings == null ? null : JsonSerializer.Serialize(settings, CanvasJson.Options),
            static json => json == null ? null : JsonSerializer.Deserialize<FrameSettings>(json, CanvasJson.Options));
        builder.HasIndex(static upload => new { upload.UserId, upload.RequestId }).IsUnique();
        builder.HasIndex(static upload => new { upload.UserId, upload.CreatedAt });
    }
}
