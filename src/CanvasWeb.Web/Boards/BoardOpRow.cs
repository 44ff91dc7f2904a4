using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Boards;

/// <summary>One op of a board's log. Rows are inserted, never changed.</summary>
internal sealed class BoardOpRow
{
    private BoardOpRow()
    {
    }

    public BoardOpRow(string boardId, SequencedOp op, DateTimeOffset now)
    {
        (BoardId, Seq, Actor, Client, ClientSeq, At) = (boardId, op.Seq, op.Actor.Value, op.Client.Value, op.ClientSeq, now);
        Op = CanvasJson.Write(op.Op);
    }

    public string BoardId { get; private set; } = "";

    public long Seq { get; private set; }

    public string Actor { get; private set; } = "";

    public string Client { get; private set; } = "";

    public long ClientSeq { get; private set; }

    /// <summary>The op in <see cref="CanvasJson"/>'s form.</summary>
    public string Op { get; private set; } = "";

    public DateTimeOffset At { get; private set; }

    /// <summary>What counts towards a board's quota: the op in UTF-8.</summary>
    public long Bytes => System.Text.Encoding.UTF8.GetByteCount(Op);

    /// <exception cref="JsonException">The row was not written by this code.</exception>
    public SequencedOp Read() => new(
        Seq,
        new(Actor),
        new(Client),
        ClientSeq,
        JsonSerializer.Deserialize<BoardOp>(Op, CanvasJson.Options) ?? throw new JsonException("A row of the log holds an op."));

    internal sealed class Configuration : IEntityTypeConfiguration<BoardOpRow>
    {
        public void Configure(EntityTypeBuilder<BoardOpRow> builder)
        {
            builder.ToTable("BoardOps");
            builder.HasKey(static row => new { row.BoardId, row.Seq });
            builder.Ignore(static row => row.Bytes);
            builder.Property(static row => row.BoardId).HasMaxLength(RandomId.Length);
            builder.Property(static row => row.Actor).HasMaxLength(40);
            builder.Property(static row => row.Client).HasMaxLength(40);
            builder.HasIndex(static row => new { row.BoardId, row.Client, row.ClientSeq }).IsUnique();
            builder.HasOne<Board>().WithMany().HasForeignKey(static row => row.BoardId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
