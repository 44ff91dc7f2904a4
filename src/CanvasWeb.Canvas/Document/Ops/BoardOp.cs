using System.Text.Json.Serialization;

namespace CanvasWeb.Canvas.Document.Ops;

/// <summary>
/// One change of a board, as it is sent, stored for ever and applied by every replica. The JSON form is the contract: see
/// <c>tests/golden/ops</c>. A change of meaning is a new <see cref="V"/>, never a silent edit.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(FrameAdd), "frame.add")]
[JsonDerivedType(typeof(TileAdd), "tile.add")]
[JsonDerivedType(typeof(NoteAdd), "note.add")]
[JsonDerivedType(typeof(GroupAdd), "group.add")]
[JsonDerivedType(typeof(NodeSet), "node.set")]
[JsonDerivedType(typeof(NodeDelete), "node.delete")]
[JsonDerivedType(typeof(NodeRestore), "node.restore")]
[JsonDerivedType(typeof(MaskPaint), "mask.stroke")]
[JsonDerivedType(typeof(MaskClear), "mask.clear")]
[JsonDerivedType(typeof(MaskFill), "mask.fill")]
[JsonDerivedType(typeof(MaskInvert), "mask.invert")]
[JsonDerivedType(typeof(MaskWithdraw), "mask.withdraw")]
public abstract record BoardOp(NodeId Node)
{
    public const int CurrentVersion = 1;

    [JsonPropertyName("v")]
    [JsonPropertyOrder(-1)]
    [JsonRequired]
    public int V { get; init; } = CurrentVersion;
}
