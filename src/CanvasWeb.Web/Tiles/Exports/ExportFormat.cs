using System.Text.Json.Serialization;

namespace CanvasWeb.Web.Tiles.Exports;

[JsonConverter(typeof(JsonStringEnumConverter<ExportFormat>))]
internal enum ExportFormat
{
    Png,
    Jpeg,
    WebP,
}
