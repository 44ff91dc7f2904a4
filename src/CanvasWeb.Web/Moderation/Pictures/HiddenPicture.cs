namespace CanvasWeb.Web.Moderation.Pictures;

/// <summary>A tile that nobody is shown any more, wherever it lies. Names a picture and no person.</summary>
internal sealed class HiddenPicture
{
    public required string Sha256 { get; init; }

    public required HiddenBecause Because { get; init; }

    /// <summary>The job that made it, as far as that is known.</summary>
    public string? JobId { get; init; }

    public int? Image { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
