namespace CanvasWeb.Web.Galleries;

/// <summary>What the owner of a gallery decides, all of it at once: the form of its page.</summary>
internal sealed record GallerySettings
{
    public required string Title { get; init; }

    /// <summary>Plain text above the pictures; an empty line parts paragraphs.</summary>
    public string Story { get; init; } = "";

    public GalleryLayout Layout { get; init; } = GalleryLayout.Masonry;

    /// <summary>Guests see the prompts of the pictures that the gallery's owner ordered; never those of other people's pictures.</summary>
    public bool ShowPrompts { get; init; }

    /// <summary>Guests see how a picture was made: model, seed, steps, date, the way out of the noise, before and after.</summary>
    public bool ShowProcess { get; init; } = true;

    public GalleryDownloads Downloads { get; init; } = GalleryDownloads.Plain;

    /// <summary>Guests with an account may take the pictures to a board of their own.</summary>
    public bool AllowRemix { get; init; }

    /// <summary>Search engines may list the gallery.</summary>
    public bool AllowIndexing { get; init; }

    /// <summary>From then on the link opens nothing; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
