using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Masks;

namespace CanvasWeb.Canvas.Frames;

/// <summary>What the planner looks at.</summary>
/// <param name="Frame">World units.</param>
/// <param name="Tiles">Pictures under and around the frame, the lowest first.</param>
/// <param name="Masks">The frame's own and those of the pictures.</param>
/// <param name="Softness">0 to 1: how far new parts blend into kept ones.</param>
/// <param name="Remake">Make everything under the frame anew, also where pictures cover it.</param>
public sealed record FrameRequest(WorldRect Frame, IReadOnlyList<PlacedTile> Tiles, IReadOnlyList<PlacedMask> Masks, double Softness = 0.5, bool Remake = false)
{
    /// <summary>Collects what a frame of a board needs for its plan.</summary>
    public static (FrameRequest? Request, Refusal? Refusal) Of(BoardState board, NodeId frameId)
    {
        ArgumentNullException.ThrowIfNull(board);
        if (board.Find(frameId) is not { } node)
            return (null, new(RefusalCodes.NodeUnknown, "There is no such frame on this board."));
        if (!board.IsLive(frameId))
            return (null, new(RefusalCodes.NodeGone, "Somebody has deleted this frame meanwhile."));
        if (node is not FrameNode frame)
            return (null, new(RefusalCodes.WrongKind, "Only a frame can be generated in."));
        var world = board.WorldTransform(frameId);
        if (Angle.Normalise(world.Rotation) != 0)
            return (null, new(RefusalCodes.FrameTurned, "This frame lies in a turned group. Take it out or turn the group back: models paint upright pictures."));
        var rect = world.Bounds();

        // Context never reaches further than one more frame on each side.
        var near = rect.Inflate(rect.Width, rect.Height);
        var tiles = new List<PlacedTile>();
        var masks = new List<PlacedMask>();
        foreach (var tile in board.Layers().OfType<TileNode>())
        {
            if (!board.IsShown(tile.Id))
                continue;
            var placed = new PlacedTile(tile.Id, tile.Content, board.WorldTransform(tile.Id));
            if (!placed.World.Bounds().Overlaps(near))
                continue;
            tiles.Add(placed);
            if (!IsEmpty(tile.Mask))
                masks.Add(new(tile.Mask, placed.ToWorld(), placed.World));
        }

        if (!IsEmpty(frame.Mask))
            masks.Add(new(frame.Mask, Affine.Identity, world));
        return (new(rect, tiles, masks, frame.Settings.Value.Softness ?? 0.5, frame.Settings.Value.Remake), null);
    }

    private static bool IsEmpty(IReadOnlyList<MaskEntry> entries) => MaskExtent.Of(entries).IsEmpty;
}
