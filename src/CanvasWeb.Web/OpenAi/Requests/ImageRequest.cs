using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Provenance;

namespace CanvasWeb.Web.OpenAi.Requests;

/// <summary>What a program asks for, checked, with everything filled in that it left out.</summary>
internal sealed record ImageRequest
{
    public required ImageTask Task { get; init; }

    public required ModelInfo Model { get; init; }

    public required string Prompt { get; init; }

    public required string NegativePrompt { get; init; }

    /// <summary>Pictures to make.</summary>
    public required int Count { get; init; }

    /// <summary>Null only for an edit: its picture's own size.</summary>
    public required PixelSize? Size { get; init; }

    public required bool AsUrl { get; init; }

    public required ImageFormat Format { get; init; }

    /// <summary>1 to 100 for JPEG and WebP.</summary>
    public required int Quality { get; init; }

    /// <summary>"low", "medium" or "high", as answered: how many steps are spent.</summary>
    public required string Effort { get; init; }

    public required int Steps { get; init; }

    public required double? Guidance { get; init; }

    public required long? Seed { get; init; }

    /// <summary>0 to 1, for an edit of all of a picture: how far it may go from it.</summary>
    public required double? Strength { get; init; }

    public required bool IsStream { get; init; }

    /// <summary>Pictures on their way out of the noise to send before the last.</summary>
    public required int PartialImages { get; init; }

    /// <summary>What the file says about how it was made.</summary>
    public required ProvenanceDetail Detail { get; init; }

    public string FormatName => Format switch
    {
        ImageFormat.Jpeg => "jpeg",
        ImageFormat.WebP => "webp",
        _ => "png",
    };
}
