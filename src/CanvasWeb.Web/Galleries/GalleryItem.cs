using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Galleries;

/// <summary>A picture in a gallery. The picture itself never changes; where it lay when it was picked is kept for the board's layout and for remixes.</summary>
internal sealed class GalleryItem
{
    public const int MaxCaptionLength = 300;
    public const int SourceKeyLength = 100;

    private GalleryItem()
    {
    }

    public GalleryItem(string galleryId, int position, string sourceKey, string? boardId, TileContent content, Transform place, DateTimeOffset now)
    {
        (Id, GalleryId, Position, SourceKey, BoardId, AddedAt) = (RandomId.New(), galleryId, position, sourceKey, boardId, now);
        (Sha256, PixelWidth, PixelHeight, JobId, Image) = (content.Sha256, content.PixelWidth, content.PixelHeight, content.Job, content.Image);
        (X, Y, Width, Height, Rotation) = (place.X, place.Y, place.Width, place.Height, place.Rotation);
    }

    public string Id { get; private set; } = "";

    public string GalleryId { get; private set; } = "";

    /// <summary>From 0 upwards, with gaps where pictures were removed.</summary>
    public int Position { get; private set; }

    /// <summary>What was picked, so that picking it twice hangs it once: "node:board:node" or "result:job:image".</summary>
    public string SourceKey { get; private set; } = "";

    /// <summary>The board that it was picked from; the picture leaves the gallery when that board is erased. Null for results without a board.</summary>
    public string? BoardId { get; private set; }

    /// <summary>The tile.</summary>
    public string Sha256 { get; private set; } = "";

    public int PixelWidth { get; private set; }

    public int PixelHeight { get; private set; }

    /// <summary>The job that made it; null for uploads. The job itself may be gone.</summary>
    public string? JobId { get; private set; }

    /// <summary>Which picture of the job, from 0.</summary>
    public int? Image { get; private set; }

    /// <summary>Plain text; also the picture's description for who cannot see it.</summary>
    public string Caption { get; private set; } = "";

    // World units and degrees; groups unwound.
    public double X { get; private set; }

    public double Y { get; private set; }

    public double Width { get; private set; }

    public double Height { get; private set; }

    public double Rotation { get; private set; }

    public DateTimeOffset AddedAt { get; private set; }

    public PixelSize Size => new(PixelWidth, PixelHeight);

    public Transform Place => new(X, Y, Width, Height, Rotation);

    public static string KeyOf(string boardId, NodeId node) => $"node:{boardId}:{node.Value}";

    public static string KeyOf(Generation.ResultRef result) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"result:{result.Job}:{result.Image}");

    public void MoveTo(int position) => Position = position;

    public void Describe(string caption) => Caption = caption;

    internal sealed class Configuration : IEntityTypeConfiguration<GalleryItem>
    {
        public void Configure(EntityTypeBuilder<GalleryItem> builder)
        {
            builder.ToTable("GalleryItems");
            builder.Property(static item => item.Id).HasMaxLength(RandomId.Length);
            builder.Property(static item => item.GalleryId).HasMaxLength(RandomId.Length);
            builder.Property(static item => item.SourceKey).HasMaxLength(SourceKeyLength);
            builder.Property(static item => item.BoardId).HasMaxLength(RandomId.Length);
            builder.Property(static item => item.Sha256).HasMaxLength(64);
            builder.Property(static item => item.JobId).HasMaxLength(RandomId.Length);
            builder.Property(static item => item.Caption).HasMaxLength(MaxCaptionLength);
            builder.Ignore(static item => item.Size);
            builder.Ignore(static item => item.Place);
            builder.HasIndex(static item => new { item.GalleryId, item.SourceKey }).IsUnique();
            builder.HasIndex(static item => new { item.GalleryId, item.Position });
            builder.HasIndex(static item => item.BoardId);
            builder.HasIndex(static item => item.Sha256);
            builder.HasOne<Gallery>().WithMany().HasForeignKey(static item => item.GalleryId).OnDelete(DeleteBehavior.Cascade);
            builder.HasOne<Board>().WithMany().HasForeignKey(static item => item.BoardId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
