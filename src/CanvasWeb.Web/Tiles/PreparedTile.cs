using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Tiles;

/// <summary>A picture encoded and ready to be stored.</summary>
/// <param name="File">Level 0: a WebP, or a PNG for a large picture without loss.</param>
/// <param name="Levels">Levels 1 and up, WebP.</param>
internal sealed record PreparedTile(TileContent Content, ReadOnlyMemory<byte> File, IReadOnlyList<byte[]> Levels)
{
    /// <summary>What it will take on the disk.</summary>
    public long Bytes => File.Length + Levels.Sum(static level => level.LongLength);
}
