using CanvasWeb.Contracts;
using CanvasWeb.Web.Provenance;

namespace CanvasWeb.Web.Boards.Page;

/// <summary>What the canvas shows of a picture's making.</summary>
/// <param name="Film">Null where none was kept.</param>
internal sealed record PictureDescription(string Prompt, PictureDescription.Strip? Film)
{
    public static PictureDescription Of(ProvenanceRecord record) =>
        new(record.How.Prompt, record.FilmSha256 is null ? null : new(record.FilmFrames, record.How.CropWidth, record.How.CropHeight, record.How.Placement));

    /// <param name="Frames">Pictures in it, side by side.</param>
    /// <param name="Width">Of one, in pixels of the crop that the model painted.</param>
    /// <param name="Height">As <paramref name="Width"/>.</param>
    /// <param name="Picture">Where in it the result lies.</param>
    internal sealed record Strip(int Frames, int Width, int Height, PixelArea Picture);
}
