using System.Globalization;
using CanvasWeb.Web.Boards;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>
/// Pictures of a gallery, each time for a guest who may see it now. They are never sent by the address under which boards have them, which is for ever.
/// </summary>
internal static class PictureEndpoints
{
    public static async Task<Results<FileStreamHttpResult, NotFound>> LevelAsync(
        string token, string item, string level, HttpContext http, GalleryAccess access, GalleryReader reader, GalleryPictures pictures, CancellationToken cancellationToken)
    {
        var isBetween = level.EndsWith(GalleryRoutes.Between, StringComparison.Ordinal);
        var digits = isBetween ? level[..^GalleryRoutes.Between.Length] : level;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || digits != number.ToString(CultureInfo.InvariantCulture))
            return TypedResults.NotFound();
        var found = await FindAsync(http, token, item, access, reader, cancellationToken);
        return found is null ? TypedResults.NotFound() : Send(http, found.Value.Gallery, found.Value.Item.Id + "-" + level, isBetween
            ? await pictures.BetweenAsync(found.Value.Item, number, cancellationToken)
            : await pictures.LevelAsync(found.Value.Item, number, cancellationToken));
    }

    public static async Task<Results<FileStreamHttpResult, NotFound>> BeforeAsync(
        string token, string item, HttpContext http, GalleryAccess access, GalleryReader reader, GalleryPictures pictures, CancellationToken cancellationToken)
    {
        if (await FindAsync(http, token, item, access, reader, cancellationToken) is not { } found || await reader.ProcessAsync(found.Gallery, found.Item, cancellationToken) is not { } process)
            return TypedResults.NotFound();
        return Send(http, found.Gallery, item + "-before", await pictures.BeforeAsync(process, cancellationToken));
    }

    public static async Task<Results<FileStreamHttpResult, NotFound>> FilmAsync(
        string token, string item, HttpContext http, GalleryAccess access, GalleryReader reader, GalleryPictures pictures, CancellationToken cancellationToken)
    {
        if (await FindAsync(http, token, item, access, reader, cancellationToken) is not { } found || await reader.ProcessAsync(found.Gallery, found.Item, cancellationToken) is not { } process)
            return TypedResults.NotFound();
        return Send(http, found.Gallery, item + "-film", pictures.Film(process));
    }

    public static async Task<Results<FileStreamHttpResult, FileContentHttpResult, NotFound>> DownloadAsync(
        string token, string item, HttpContext http, GalleryAccess access, GalleryReader reader, GalleryPictures pictures, CancellationToken cancellationToken)
    {
        if (await FindAsync(http, token, item, access, reader, cancellationToken) is not { } found || found.Gallery.Downloads == GalleryDownloads.None)
            return TypedResults.NotFound();
        http.Response.Headers.CacheControl = "private, no-store";
        if (found.Gallery.Downloads == GalleryDownloads.WithParameters
            && await reader.MakingAsync(found.Gallery, found.Item, cancellationToken) is { } making
            && await pictures.WithParametersAsync(found.Item, making, cancellationToken) is { } told)
            return TypedResults.Bytes(told, "image/png", FileNames.Of(found.Gallery.Title, found.Item, "image/png"));
        return pictures.Original(found.Item) is { } file
            ? TypedResults.Stream(file.File, file.Type, FileNames.Of(found.Gallery.Title, found.Item, file.Type))
            : TypedResults.NotFound();
    }

    public static async Task<Results<FileStreamHttpResult, FileContentHttpResult, NotFound>> CardAsync(
        string token, HttpContext http, GalleryAccess access, GalleryReader reader, GalleryPictures pictures, BoardCards cards, CancellationToken cancellationToken)
    {
        if (await access.OpenAsync(http, token, cancellationToken) is not GalleryOpening.Opened { Gallery: var gallery })
            return TypedResults.NotFound();
        if (gallery is { IsLive: true, BoardId: { } board })
        {
            try
            {
                return await cards.OfAsync(board, cancellationToken) is { } picture ? TypedResults.Bytes(picture, "image/jpeg") : TypedResults.NotFound();
            }
            catch (BoardUnavailableException)
            {
                return TypedResults.NotFound();
            }
        }

        if (await reader.CoverAsync(gallery, cancellationToken) is not { } cover || await pictures.CardAsync(cover, cancellationToken) is not { } file)
            return TypedResults.NotFound();
        return SendFile(http, gallery, cover.Id + "-card", file);
    }

    public static async Task<Results<FileStreamHttpResult, NotFound>> ItemCardAsync(
        string token, string item, HttpContext http, GalleryAccess access, GalleryReader reader, GalleryPictures pictures, CancellationToken cancellationToken)
    {
        var found = await FindAsync(http, token, item, access, reader, cancellationToken);
        return found is null ? TypedResults.NotFound() : Send(http, found.Value.Gallery, found.Value.Item.Id + "-card", await pictures.CardAsync(found.Value.Item, cancellationToken));
    }

    private static async Task<(Gallery Gallery, GalleryItem Item)?> FindAsync(HttpContext http, string token, string itemId, GalleryAccess access, GalleryReader reader, CancellationToken cancellationToken) =>
        await access.OpenAsync(http, token, cancellationToken) is GalleryOpening.Opened { Gallery: var gallery } && await reader.FindAsync(gallery, itemId, cancellationToken) is { } item ? (gallery, item) : null;

    private static Results<FileStreamHttpResult, NotFound> Send(HttpContext http, Gallery gallery, string tag, PictureFile? file) =>
        file is null ? TypedResults.NotFound() : SendFile(http, gallery, tag, file);

    // No cache on the way keeps it, and the guest's own browser asks each time before it shows what it kept: the answer is a few bytes (304) as long as
    // the link is good, and 404 from the moment when it is not. The tag names the item and not the hash, by which boards serve the picture for ever.
    private static FileStreamHttpResult SendFile(HttpContext http, Gallery gallery, string tag, PictureFile file)
    {
        http.Response.Headers.CacheControl = "private, no-cache";
        if (!gallery.AllowIndexing)
            http.Response.Headers["X-Robots-Tag"] = "noindex";
        return TypedResults.Stream(file.File, file.Type, entityTag: new EntityTagHeaderValue($"\"{tag}-{file.File.Length}\""));
    }
}
