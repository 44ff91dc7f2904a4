namespace CanvasWeb.Canvas.Document;

/// <summary>What a node is.</summary>
public enum NodeKind
{
    Frame,
    Tile,
    Note,
    Group,
}
