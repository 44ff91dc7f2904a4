using System.Text.Json.Serialization;

namespace CanvasWeb.Canvas.Geometry;

/// <summary>The size of a picture in whole pixels.</summary>
public readonly record struct PixelSize(int Width, int Height)
{
    [JsonIgnore]
    public long Area => (long)Width * Height;
}
