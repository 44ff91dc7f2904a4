using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Frames;

/// <summary>A picture where it lies on the board. Its opacity plays no part: what is there is kept, however faintly it is shown.</summary>
/// <param name="World">Without a parent: groups unwound.</param>
public sealed record PlacedTile(NodeId Id, TileContent Content, Transform World)
{
    /// <summary>From the picture's pixels to the board.</summary>
    public Affine ToWorld() => Affine.Scaling(World.Width / Content.PixelWidth, World.Height / Content.PixelHeight).Then(World.ToParent());
}
