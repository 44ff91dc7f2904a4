using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Galleries.Desk;

/// <summary>Words that several pages of the desk say.</summary>
internal static class DeskWords
{
    public static string Pictures(int count, IStringLocalizer<DeskText> words) => count == 1 ? words["Picture"] : words["Pictures", count];

    /// <summary>How often guests came, as the end of a sentence.</summary>
    public static string Opened(long views, IStringLocalizer<DeskText> words) => views switch { 0 => words["OpenedNever"], 1 => words["OpenedOnce"], _ => words["OpenedTimes", views] };

    /// <summary>Why a change came to nothing, and what to do.</summary>
    public static string Problem(GalleryChange change, GalleriesOptions options, IStringLocalizer<DeskText> words) => change switch
    {
        GalleryChange.Done => "",
        GalleryChange.NotFound => words["ProblemNotFound"],
        GalleryChange.BadTitle => words["ProblemTitle", Gallery.MaxTitleLength],
        GalleryChange.BadText => words["ProblemText"],
        GalleryChange.BadExpiry => words["ProblemExpiry"],
        GalleryChange.BadPassword => words["ProblemPassword", GalleryService.MinPasswordLength],
        GalleryChange.TooMany => words["ProblemTooMany", options.PerUser, options.ItemsPerGallery],
    };
}
