using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Tiles;
using CanvasWeb.Contracts;

namespace CanvasWeb.Web.Generation.Jobs;

/// <summary>A picture of a job. Written when it is uploaded; it counts once the job has succeeded.</summary>
internal sealed class JobResultRow
{
    public required string JobId { get; init; }

    /// <summary>From 0.</summary>
    public required int Image { get; init; }

    /// <summary>The tile.</summary>
    public required string Sha256 { get; set; }

    public required int PixelWidth { get; set; }

    public required int PixelHeight { get; set; }

    /// <summary><see cref="SolidGrid"/> as text; null where the picture is opaque everywhere.</summary>
    public string? Solid { get; set; }

    /// <summary>The attempt that brought it last.</summary>
    public required int Attempt { get; set; }

    // Where it lies, world units.
    public required double X { get; set; }

    public required double Y { get; set; }

    public required double Width { get; set; }

    public required double Height { get; set; }

    public double ElapsedMs { get; set; }

    /// <summary>What the worker noted when it uploaded the picture; null where it did not.</summary>
    public MakerNote? Maker { get; set; }

    /// <summary>Blob of the film: what is left of the previews, side by side in one WebP. Null where there is none.</summary>
    public string? FilmSha256 { get; set; }

    /// <summary>Pictures in the film.</summary>
    public int FilmFrames { get; set; }

    /// <summary>Cosine of the picture with its job's prompt by the model's own CLIP, -1 to 1; null where nobody measured it.</summary>
    public double? Similarity { get; set; }

    public int? Rating { get; set; }

    public bool Accepted { get; set; }

    public string? ReportedBy { get; set; }

    public DateTimeOffset? ReportedAt { get; set; }

    /// <summary>What the classifier said; null where nobody asked it.</summary>
    public PictureScores? Scores { get; set; }

    /// <summary>Since when nobody is shown this picture: the classifier or an admin kept it back (see Moderation). Whoever lists results leaves those out.</summary>
    public DateTimeOffset? WithheldAt { get; set; }

    public WorldRect Placement
    {
        get => new(X, Y, Width, Height);
        set => (X, Y, Width, Height) = (value.X, value.Y, value.Width, value.Height);
    }

    public void Show(TileContent content, int attempt, WorldRect placement)
    {
        Sha256 = content.Sha256;
        PixelWidth = content.PixelWidth;
        PixelHeight = content.PixelHeight;
        Solid = content.Solid?.ToString();
        Attempt = attempt;
        Placement = placement;

        // Of another picture, until its own come.
        Similarity = null;
        Maker = null;
        (FilmSha256, FilmFrames) = (null, 0);
    }

    public TileContent ToContent(NodeId? frame) =>
        new(Sha256, PixelWidth, PixelHeight, Solid is null ? null : SolidGrid.Parse(Solid), JobId, Image, frame);
}
