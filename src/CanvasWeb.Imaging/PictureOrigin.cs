namespace CanvasWeb.Imaging;

/// <summary>Where a picture comes from, for the XMP packet of its file.</summary>
public sealed record PictureOrigin
{
    /// <summary>Ingredients named at most: a packet has to fit one JPEG segment.</summary>
    public const int MaxIngredients = 64;

    /// <summary>Characters of a prompt at most, for the same reason; the parameters have all of it.</summary>
    public const int MaxPrompt = 2_000;

    public required DigitalSource Source { get; init; }

    /// <summary>"CanvasWeb 0.1.0".</summary>
    public required string CreatorTool { get; init; }

    /// <summary>IPTC's "AI System Used": the model's name. Null where there is not one alone.</summary>
    public string? System { get; init; }

    /// <summary>IPTC's "AI System Version Used": the model's hash.</summary>
    public string? SystemVersion { get; init; }

    /// <summary>IPTC's "AI Prompt Information".</summary>
    public string? Prompt { get; init; }

    /// <summary>SHA-256 of the files that went into it, lower-case hex; those past <see cref="MaxIngredients"/> are left out.</summary>
    public IReadOnlyList<string> Ingredients { get; init; } = [];
}
