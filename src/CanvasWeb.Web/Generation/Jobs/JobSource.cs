namespace CanvasWeb.Web.Generation.Jobs;

/// <summary>Where a job was asked for.</summary>
internal enum JobSource
{
    /// <summary>A frame of a board.</summary>
    Board,

    /// <summary>A program with a key, without any board.</summary>
    Api,
}
