using System.Globalization;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Web.Tiles.Exports;

/// <summary>What will be drawn, how large and on what; worked out from the request before a pixel is touched.</summary>
/// <param name="ToPixels">From world units.</param>
/// <param name="Background">R, G, B; null for transparent.</param>
internal sealed record ExportPlan(BoardScene Scene, Affine ToPixels, PixelSize Size, ExportFormat Format, int Quality, (byte R, byte G, byte B)? Background)
{
    private const int WebPMaxSide = 16_383;
    private const int MaxNodes = 10_000;

    public static (ExportPlan? Plan, TileRefusal? Refusal) Of(BoardState state, ExportRequest request, TileOptions options)
    {
        // 1. What.
        if (request.NodeIds is { Count: > MaxNodes })
            return Bad("export-too-many-nodes", $"At most {MaxNodes} things can be named: export the whole board instead.");
        var ids = (request.NodeIds ?? []).Select(static text => NodeId.TryParse(text, out var id) ? id : default).Where(id => state.Nodes.ContainsKey(id)).ToHashSet();
        var scene = BoardScene.Of(state, request.What == ExportWhat.Selection ? ids : null);
        var rect = request.What switch
        {
            ExportWhat.Rect => request.Rect,
            ExportWhat.Frame => ids.Where(id => state.IsLive(id) && state.Nodes[id] is FrameNode).Select(id => (WorldRect?)state.WorldTransform(id).Bounds()).FirstOrDefault(),
            ExportWhat.Board or ExportWhat.Selection => scene.Bounds(),
        };
        if (rect is not { IsEmpty: false } found || !double.IsFinite(found.X + found.Y + found.Right + found.Bottom))
        {
            return Bad("export-nothing", request.What switch
            {
                ExportWhat.Frame => "That frame is not on the board any more. Choose another one.",
                ExportWhat.Selection => "No picture is selected. Select the pictures to export, or export the whole board.",
                _ => "There is no picture there yet. Make or drop one first.",
            });
        }

        // 2. How large. On whole units, so that at scale 1 pixels are the tiles' own.
        if (!(request.Scale is > 0 and <= 100) || request.Quality is < 1 or > 100)
            return Bad("export-settings", "The scale must be above 0 and the quality from 1 to 100.");
        var whole = found.SnapOut();
        var (width, height) = (Pixels(whole.Width * request.Scale), Pixels(whole.Height * request.Scale));
        if (Math.Max(width, height) > options.MaxExportSide)
        {
            var most = Math.Floor(options.MaxExportSide / Math.Max(whole.Width, whole.Height) * 100);
            return Bad("export-too-large", Text($"This would be {width} x {height} pixels, and {options.MaxExportSide} a side is the most. Export at {Math.Max(most, 1):0} % or a smaller part."));
        }

        var size = new PixelSize((int)width, (int)height);
        if (request.Format == ExportFormat.WebP && (Math.Max(width, height) > WebPMaxSide || size.Area > options.MaxWebPExportPixels))
            return Bad("export-webp-too-large", Text($"WebP is made up to {options.MaxWebPExportPixels / 1e6:0.#} megapixels and {WebPMaxSide} pixels a side here, and this would be {width} x {height}. Choose PNG or JPEG."));

        // 3. On what.
        (byte, byte, byte)? background = request.Format == ExportFormat.Jpeg ? (255, 255, 255) : null;
        if (request.Background is { } colour)
        {
            if (colour is not ['#', .. { Length: 6 } digits] || !int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb))
                return Bad("export-settings", "The background is a colour such as #ffffff, or nothing for transparent.");
            background = ((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
        }

        var toPixels = Affine.Translation(-whole.X, -whole.Y).Then(Affine.Scaling(request.Scale, request.Scale));
        return (new(scene, toPixels, size, request.Format, request.Quality, background), null);
    }

    private static double Pixels(double exact) => Math.Max(1, Math.Ceiling(exact - 1e-6));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static (ExportPlan?, TileRefusal?) Bad(string code, string message) => (null, new(StatusCodes.Status422UnprocessableEntity, code, message));
}
