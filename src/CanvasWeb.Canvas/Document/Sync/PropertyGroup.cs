namespace CanvasWeb.Canvas.Document.Sync;

/// <summary>What is written, and undone, as a whole.</summary>
internal enum PropertyGroup
{
    Alive,
    Transform,
    Order,
    Style,
    Text,
    Settings,
    MaskEntry,
}
