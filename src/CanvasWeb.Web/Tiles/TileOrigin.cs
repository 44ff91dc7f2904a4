namespace CanvasWeb.Web.Tiles;

/// <summary>How a picture came here. The numbers are stored.</summary>
internal enum TileOrigin
{
    /// <summary>Somebody brought it.</summary>
    Upload = 0,

    /// <summary>A generation made it.</summary>
    Job = 1,

    /// <summary>Several tiles of a board, drawn as the one picture that they look like.</summary>
    Merged = 2,
}
