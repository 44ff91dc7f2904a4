using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Moderation;

/// <summary>The image classifier's scores, and what follows from them. A threshold above 1 switches its class off.</summary>
internal sealed record PictureOptions
{
    public const string Section = "Moderation:Pictures";

    public PictureAction Results { get; init; } = PictureAction.Withhold;

    /// <summary>For the pictures that a job starts from: what lies on the board under its frame, or a picture to vary.</summary>
    public PictureAction Inputs { get; init; } = PictureAction.Withhold;

    [Range(0.0, 2.0)]
    public double Porn { get; init; } = 0.85;

    [Range(0.0, 2.0)]
    public double Hentai { get; init; } = 0.85;

    /// <summary>Off: the class is for what is allowed here, and most of what it finds is.</summary>
    [Range(0.0, 2.0)]
    public double Sexy { get; init; } = 2;

    /// <summary>What becomes of a picture without scores, of a worker without the classifier's weights: true withholds it.</summary>
    public bool NeedScores { get; init; }

    public bool AnyScores => Results != PictureAction.Off || Inputs != PictureAction.Off;
}
