using CanvasWeb.Canvas.Document.Ops;

namespace CanvasWeb.Canvas.Document;

/// <summary>A row of the op log: an op in the one order that counts.</summary>
/// <param name="Seq">From 1, without gaps, for each board.</param>
/// <param name="Actor">Who did it, as the server knows.</param>
public sealed record SequencedOp(long Seq, ActorId Actor, ClientId Client, long ClientSeq, BoardOp Op)
{
    internal Stamp Stamp => new(Client, ClientSeq);
}
