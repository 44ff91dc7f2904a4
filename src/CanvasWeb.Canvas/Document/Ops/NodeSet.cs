using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Document.Ops;

/// <summary>Writes whole property groups of a node; a group that is null stays as it is. All of it is taken or nothing.</summary>
public sealed record NodeSet(
    NodeId Node,
    Transform? Transform = null,
    OrderKey? Order = null,
    NodeStyle? Style = null,
    string? Text = null,
    FrameSettings? Settings = null) : BoardOp(Node);
