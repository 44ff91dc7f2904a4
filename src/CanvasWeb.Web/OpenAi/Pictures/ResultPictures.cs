using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Previews;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Tiles;
using CanvasWeb.Web.Tiles.Drawing;

namespace CanvasWeb.Web.OpenAi.Pictures;

/// <summary>A result as a program gets it: whole, in the format that was asked for, with the settings that it was made with.</summary>
internal sealed class ResultPictures(TilePixels tiles, FileBlobs blobs, HiddenPictures hidden, PixelBudget budget, ProvenanceXmp provenance)
{
    // Decoded picture, composite and file, and what the encoder takes.
    private const int BytesPerPixel = 24;

    public async Task<bool> IsShownAsync(JobResultRow result, CancellationToken cancellationToken) =>
        result.WithheldAt is null && !await hidden.ContainsAsync(result.Sha256, cancellationToken);

    /// <summary>The file; null when the picture is not to be shown any more. For who paid for it: it waits for its turn however long that takes.</summary>
    public async Task<byte[]?> EncodeAsync(Job job, JobResultRow result, ImageFormat format, int quality, ProvenanceDetail detail, CancellationToken cancellationToken)
    {
        using var share = await budget.TakeAsync(PixelsOf(job) * BytesPerPixel, cancellationToken);
        return await DrawAsync(job, result, format, quality, detail, cancellationToken);
    }

    /// <summary>The same for whoever has an address, as often as they like: when too many wait they are sent away.</summary>
    public async Task<(byte[]? File, bool IsBusy)> TryEncodeAsync(Job job, JobResultRow result, ImageFormat format, int quality, ProvenanceDetail detail, CancellationToken cancellationToken)
    {
        using var share = await budget.TryTakeAsync(PixelsOf(job) * BytesPerPixel, cancellationToken);
        return share is null ? (null, true) : (await DrawAsync(job, result, format, quality, detail, cancellationToken), false);
    }

    /// <summary>A preview in the size and format of the picture that it becomes, so that the one can take the other's place; null when what it lies on is gone.</summary>
    public async Task<byte[]?> EncodePartialAsync(Job job, PreviewMessage preview, ImageFormat format, int quality, CancellationToken cancellationToken)
    {
        using var share = await budget.TakeAsync(PixelsOf(job) * BytesPerPixel, cancellationToken);
        if (await BelowAsync(job, cancellationToken) is not { } below)
            return null;
        var crop = job.Plan.Crop;
        var shown = ImageResizer.Resize(ImageDecoder.Decode(preview.Data, ImageLimits.Default), job.Plan.CropPixels.Width, job.Plan.CropPixels.Height, ResizeKernel.Linear);
        return ImageEncoder.Encode(Compositor.Over(below, shown, (int)crop.X, (int)crop.Y), new() { Format = format, Quality = quality });
    }

    private async Task<byte[]?> DrawAsync(Job job, JobResultRow result, ImageFormat format, int quality, ProvenanceDetail detail, CancellationToken cancellationToken)
    {
        if (!await IsShownAsync(result, cancellationToken))
            return null;
        budget.Trim();
        if (await tiles.LevelAsync(result.Sha256, 0, cancellationToken) is not { } picture)
            return null;

        // What was made anew lies on the picture that was sent: outside of it every pixel is as it came.
        if (job.Task == JobTask.Inpaint)
        {
            if (await BelowAsync(job, cancellationToken) is not { } below)
                return null;
            picture = Compositor.Over(below, picture, (int)result.X, (int)result.Y);
        }

        var options = new EncodeOptions { Format = format, Quality = quality };
        var told = await provenance.OfAsync(new ResultRef(job.Id, result.Image), detail, cancellationToken);
        return ImageEncoder.Encode(picture, told?.On(options) ?? options);
    }

    private static long PixelsOf(Job job) => (long)job.Plan.Frame.Width * (long)job.Plan.Frame.Height;

    // What a result is laid onto: the picture that was sent, or nothing.
    private async Task<PixelImage?> BelowAsync(Job job, CancellationToken cancellationToken)
    {
        if (job.Task != JobTask.Inpaint || job.PictureSha256 is not { } whole)
            return new((int)job.Plan.Frame.Width, (int)job.Plan.Frame.Height);
        return await blobs.ReadAsync(whole, cancellationToken) is { } file ? ImageDecoder.Decode(file, ImageLimits.Default) : null;
    }
}
