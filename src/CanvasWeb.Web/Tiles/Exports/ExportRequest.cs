using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Web.Provenance;

namespace CanvasWeb.Web.Tiles.Exports;

/// <summary>The body of <c>POST /boards/{id}/exports</c>.</summary>
internal sealed record ExportRequest
{
    public ExportWhat What { get; init; }

    /// <summary>World units; for <see cref="ExportWhat.Rect"/>.</summary>
    public WorldRect? Rect { get; init; }

    /// <summary>The frame, or the selected nodes.</summary>
    public IReadOnlyList<string>? NodeIds { get; init; }

    public ExportFormat Format { get; init; }

    /// <summary>Pixels for each world unit.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>1 to 100; for JPEG and WebP.</summary>
    public int Quality { get; init; } = 90;

    /// <summary>"#rrggbb" under everything; null keeps transparency (JPEG: white).</summary>
    public string? Background { get; init; }

    /// <summary>What the file says about the pictures in it.</summary>
    public ProvenanceDetail Provenance { get; init; }
}
