using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Tiles;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Tiles;
using CanvasWeb.Web.Tiles.Drawing;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>
/// Files of pictures for guests: levels, what an edit began from, preview pictures for other sites. What has to be made is made once, in a share of the
/// pixel budget, and kept beside the blob that it was made from.
/// </summary>
internal sealed class GalleryPictures(FileBlobs blobs, PixelBudget budget, ProvenanceXmp provenance)
{
    private const string View = "view.webp";
    private const int ViewQuality = 90;

    // Shown small, on screens with more than one pixel for each of theirs: what a lower quality loses is below what eyes resolve there.
    private const int BetweenQuality = 72;
    private const string Card = "card.jpg";

    // Bytes that a decoded pixel costs while it is drawn anew: itself, its copy, the file.
    private const int BytesPerPixel = 13;

    /// <summary>
    /// A level of a picture; null where there is none. Level 0 has the picture's own size and is always a copy: who had the file itself could name it by
    /// its hash, under which boards serve it for ever.
    /// </summary>
    public async Task<PictureFile?> LevelAsync(GalleryItem item, int level, CancellationToken cancellationToken)
    {
        var levels = TilePyramid.Levels(item.Size).Count;
        if (level >= levels)
            return null;
        if (level > 0)
            return Derived(item, TileStore.LevelName(level));
        if (Derived(item, View) is { } view)
            return view;

        // When too many are waiting, the guest gets a smaller picture instead of nothing.
        using var share = await budget.TryTakeAsync(item.Size.Area * BytesPerPixel, cancellationToken);
        if (share is null)
            return levels > 1 ? Derived(item, TileStore.LevelName(1)) : null;

        // Somebody who waited before may have made it. What is larger than the file, as noise is, is made once like everything else.
        if (Derived(item, View) is { } made)
            return made;
        if (await blobs.ReadAsync(item.Sha256, cancellationToken) is not { } bytes)
            return null;
        var copy = ImageEncoder.Encode(ImageDecoder.Decode(bytes, ImageLimits.Default), new EncodeOptions { Format = ImageFormat.WebP, Quality = ViewQuality });
        await blobs.PutDerivedAsync(item.Sha256, View, copy, cancellationToken);
        return Derived(item, View);
    }

    /// <summary>The size between a level and the next smaller one (<see cref="GalleryRoutes.BetweenSize"/>): what walls of pictures show on most phones.</summary>
    public async Task<PictureFile?> BetweenAsync(GalleryItem item, int level, CancellationToken cancellationToken)
    {
        if (GalleryRoutes.BetweenSize(item.Size, level) is not { } size)
            return null;
        var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"view-{size.Width}-{size.Height}.webp");
        if (Derived(item, name) is { } known)
            return known;
        using var share = await budget.TryTakeAsync(TilePyramid.Levels(item.Size)[level].Area * BytesPerPixel, cancellationToken);
        if (share is null)
            return Derived(item, TileStore.LevelName(level + 1));
        if (Derived(item, name) is { } made)
            return made;
        var bytes = level == 0 ? await blobs.ReadAsync(item.Sha256, cancellationToken) : await blobs.ReadDerivedAsync(item.Sha256, TileStore.LevelName(level), cancellationToken);
        if (bytes is null)
            return null;
        var small = ImageResizer.Resize(ImageDecoder.Decode(bytes, ImageLimits.Default), size.Width, size.Height, ResizeKernel.Area);
        await blobs.PutDerivedAsync(item.Sha256, name, ImageEncoder.Encode(small, new EncodeOptions { Format = ImageFormat.WebP, Quality = BetweenQuality }), cancellationToken);
        return Derived(item, name);
    }

    /// <summary>The stored file, to the byte.</summary>
    public PictureFile? Original(GalleryItem item)
    {
        if (blobs.Open(item.Sha256) is not { } file)
            return null;
        var first = file.ReadByte();
        file.Position = 0;
        return new(file, first == 0x89 ? "image/png" : "image/webp");
    }

    /// <summary>The picture with what made it, as a PNG; null where nothing is to be said, or it cannot be written now.</summary>
    public async Task<byte[]?> WithParametersAsync(GalleryItem item, GalleryProcess process, CancellationToken cancellationToken)
    {
        // All of it only for pictures from words alone. The record of an edit names the pictures that it was made over by their hashes, and who knows a
        // tile's hash may look at it: those were not put into this gallery.
        var detail = process is { TellsWords: true, Task: JobTask.TextToImage } ? ProvenanceDetail.Full : ProvenanceDetail.Source;
        var content = new TileContent(item.Sha256, item.PixelWidth, item.PixelHeight, Job: item.JobId, Image: item.Image);
        if (await provenance.OfAsync([content], detail, cancellationToken) is not { } said)
            return null;
        said = said with { Origin = said.Origin with { Ingredients = [] } };
        using var share = await budget.TryTakeAsync(item.Size.Area * BytesPerPixel, cancellationToken);
        return share is not null && await blobs.ReadAsync(item.Sha256, cancellationToken) is { } bytes
            ? ImageEncoder.Encode(ImageDecoder.Decode(bytes, ImageLimits.Default), said.On(new EncodeOptions { Format = ImageFormat.Png }))
            : null;
    }

    /// <summary>Of an edit: what lay in the place of the picture before. Null where that is not kept.</summary>
    public async Task<PictureFile?> BeforeAsync(GalleryProcess process, CancellationToken cancellationToken)
    {
        if (process.CropSha256 is not { } crop)
            return null;
        // Only what the picture itself covers. The model saw more than that: neighbours, which nobody has put into this gallery.
        var scale = process.Plan.CropPixels.Width / process.Plan.Crop.Width;
        var left = Math.Max(0, (int)Math.Round((process.Placement.X - process.Plan.Crop.X) * scale));
        var top = Math.Max(0, (int)Math.Round((process.Placement.Y - process.Plan.Crop.Y) * scale));
        var width = Math.Min(process.Plan.CropPixels.Width - left, (int)Math.Round(process.Placement.Width * scale));
        var height = Math.Min(process.Plan.CropPixels.Height - top, (int)Math.Round(process.Placement.Height * scale));
        if (width < 1 || height < 1)
            return null;
        var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"before-{left}-{top}-{width}-{height}.webp");
        if (PictureFile.Of(blobs.OpenDerived(crop, name), "image/webp") is { } known)
            return known;
        using var share = await budget.TryTakeAsync(process.Plan.CropPixels.Area * BytesPerPixel, cancellationToken);
        if (share is null || await blobs.ReadAsync(crop, cancellationToken) is not { } bytes)
            return null;
        var whole = ImageDecoder.Decode(bytes, ImageLimits.Default);
        if (whole.Width < left + width || whole.Height < top + height)
            return null;
        var part = Compositor.Over(new PixelImage(width, height), whole, -left, -top);
        await blobs.PutDerivedAsync(crop, name, ImageEncoder.Encode(part, new EncodeOptions { Format = ImageFormat.WebP, Quality = ViewQuality }), cancellationToken);
        return PictureFile.Of(blobs.OpenDerived(crop, name), "image/webp");
    }

    public PictureFile? Film(GalleryProcess process) => process.FilmSha256 is { } film ? PictureFile.Of(blobs.Open(film), "image/webp") : null;

    /// <summary>The preview picture of an item for other sites; null when it cannot be drawn now.</summary>
    public async Task<PictureFile?> CardAsync(GalleryItem item, CancellationToken cancellationToken)
    {
        if (PictureFile.Of(blobs.OpenDerived(item.Sha256, Card), "image/jpeg") is { } known)
            return known;
        var level = GalleryRoutes.LevelFor(item.Size, CardPicture.Width);
        var size = TilePyramid.Levels(item.Size)[level];
        using var share = await budget.TryTakeAsync((size.Area + ((long)CardPicture.Width * CardPicture.Height)) * BytesPerPixel, cancellationToken);
        if (share is null)
            return null;
        var bytes = level == 0 ? await blobs.ReadAsync(item.Sha256, cancellationToken) : await blobs.ReadDerivedAsync(item.Sha256, TileStore.LevelName(level), cancellationToken);
        if (bytes is null)
            return null;
        await blobs.PutDerivedAsync(item.Sha256, Card, CardPicture.Draw(ImageDecoder.Decode(bytes, ImageLimits.Default)), cancellationToken);
        return PictureFile.Of(blobs.OpenDerived(item.Sha256, Card), "image/jpeg");
    }

    private PictureFile? Derived(GalleryItem item, string name) => PictureFile.Of(blobs.OpenDerived(item.Sha256, name), "image/webp");
}
