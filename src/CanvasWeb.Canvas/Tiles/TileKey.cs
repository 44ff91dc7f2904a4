using System.Globalization;

namespace CanvasWeb.Canvas.Tiles;

/// <summary>One level of one picture: what is fetched and cached. Immutable, as the picture is named by its content.</summary>
/// <param name="Sha256">64 lower-case hex digits.</param>
/// <param name="Lod">0 is the picture in full size, each next level half of it.</param>
public readonly record struct TileKey(string Sha256, int Lod)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sha256}/{Lod}");
}
