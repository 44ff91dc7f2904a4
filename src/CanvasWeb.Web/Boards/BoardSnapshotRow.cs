using System.IO.Compression;
using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Boards;

/// <summary>A board after a number of ops, so that opening it does not replay its whole log.</summary>
internal sealed class BoardSnapshotRow
{
    private BoardSnapshotRow()
    {
    }

    public BoardSnapshotRow(string boardId, BoardState state, DateTimeOffset now)
    {
        (BoardId, Seq, At) = (boardId, state.Seq, now);
        using var bytes = new MemoryStream();
        using (var packed = new BrotliStream(bytes, CompressionLevel.Fastest))
            JsonSerializer.Serialize(packed, BoardSnapshot.From(state), CanvasJson.Options);
        Content = bytes.ToArray();
    }

    public string BoardId { get; private set; } = "";

    public long Seq { get; private set; }

    /// <summary><see cref="BoardSnapshot"/> as JSON, Brotli: strokes are many numbers that look alike.</summary>
    public byte[] Content { get; private set; } = [];

    public DateTimeOffset At { get; private set; }

    /// <exception cref="JsonException">The row was not written by this code.</exception>
    public BoardState Read() => BoardSnapshot.Read(Text()).ToState();

    /// <summary>The snapshot's JSON.</summary>
    public string Text()
    {
        using var packed = new BrotliStream(new MemoryStream(Content), CompressionMode.Decompress);
        using var json = new StreamReader(packed);
        return json.ReadToEnd();
    }

    internal sealed class Configuration : IEntityTypeConfiguration<BoardSnapshotRow>
    {
        public void Configure(EntityTypeBuilder<BoardSnapshotRow> builder)
        {
            builder.ToTable("BoardSnapshots");
            builder.HasKey(static row => new { row.BoardId, row.Seq });
            builder.Property(static row => row.BoardId).HasMaxLength(RandomId.Length);
            builder.HasOne<Board>().WithMany().HasForeignKey(static row => row.BoardId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
