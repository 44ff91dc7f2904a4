using CanvasWeb.Imaging;
using CanvasWeb.Web.Provenance;

namespace CanvasWeb.Web.OpenAi.Pictures;

/// <summary>What an address of a result names.</summary>
internal sealed record ResultLink(string JobId, int Image, ImageFormat Format, int Quality, ProvenanceDetail Detail, DateTimeOffset Until);
