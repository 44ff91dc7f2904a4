using CanvasWeb.Imaging;

namespace CanvasWeb.Web.Provenance;

/// <summary>What goes into a file.</summary>
/// <param name="Parameters">JSON; null where no settings are told.</param>
internal sealed record FileProvenance(string? Parameters, PictureOrigin Origin)
{
    public EncodeOptions On(EncodeOptions options) => options with { Parameters = Parameters, Origin = Origin };
}
