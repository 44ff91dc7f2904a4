using CanvasWeb.Canvas.Document.Ops;

namespace CanvasWeb.Canvas.Document;

/// <summary>An op as its client sends it: numbered by the client from 1 upwards, so that a retry is recognised.</summary>
public sealed record ClientOp(ClientId Client, long ClientSeq, BoardOp Op)
{
    internal Stamp Stamp => new(Client, ClientSeq);
}
