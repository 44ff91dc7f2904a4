using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Galleries;

/// <summary>What galleries may cost.</summary>
internal sealed record GalleriesOptions
{
    public const string Section = "Galleries";

    /// <summary>Galleries of one person.</summary>
    [Range(1, 100_000)]
    public int PerUser { get; init; } = 200;

    /// <summary>Pictures in one gallery.</summary>
    [Range(1, 10_000)]
    public int ItemsPerGallery { get; init; } = 2_000;

    /// <summary>Pixels of a picture that is made of several tiles at most: 16 MiB while it is drawn.</summary>
    [Range(65_536, 16_777_216)]
    public long MergedPixels { get; init; } = 4_194_304;

    /// <summary>Pictures on one page of a gallery; further ones are a link away. A page of the board's layout has them all.</summary>
    [Range(1, 1_000)]
    public int PageSize { get; init; } = 60;

    /// <summary>Pictures that one remix copies.</summary>
    [Range(1, 10_000)]
    public int ItemsPerRemix { get; init; } = 500;

    /// <summary>Passwords that one network address may try at all galleries in five minutes.</summary>
    [Range(1, 10_000)]
    public int PasswordsPerFiveMinutes { get; init; } = 10;

    /// <summary>Passwords that everybody together may try at one gallery in an hour: many addresses gain little against one password.</summary>
    [Range(1, 100_000)]
    public int PasswordsPerGalleryAndHour { get; init; } = 100;

    /// <summary>How long a guest who knew the password is not asked again.</summary>
    [Range(1, 24 * 365)]
    public int PassHours { get; init; } = 24;

    /// <summary>Views are counted in memory and written this often.</summary>
    [Range(10, 3_600_000)]
    public int ViewsIntervalMs { get; init; } = 10_000;

    /// <summary>How long the preview picture of a live board stays as it was drawn.</summary>
    [Range(1, 3_600)]
    public int LiveCardSeconds { get; init; } = 30;
}
