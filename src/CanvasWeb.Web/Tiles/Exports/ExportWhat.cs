using System.Text.Json.Serialization;

namespace CanvasWeb.Web.Tiles.Exports;

/// <summary>Which part of a board to export.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExportWhat>))]
internal enum ExportWhat
{
    /// <summary>All tiles.</summary>
    Board,

    /// <summary>A rectangle told in world units.</summary>
    Rect,

    /// <summary>What lies in the place of a frame.</summary>
    Frame,

    /// <summary>The named tiles and the tiles of the named groups, and nothing else.</summary>
    Selection,
}
