using CanvasWeb.Contracts;
using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Worker;

/// <summary>A picture of a job, finished.</summary>
/// <param name="Tile">What goes onto the board.</param>
/// <param name="Area">Where it lies in the crop.</param>
/// <param name="Crop">The whole crop with the tile in it: what the previews became, and what is looked at. Of an enlarged picture all of it, made small.</param>
internal sealed record PaintedPicture(PixelImage Tile, PixelArea Area, PixelImage Crop);
