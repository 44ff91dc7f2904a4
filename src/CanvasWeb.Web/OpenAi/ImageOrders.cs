using System.Security.Cryptography;
using System.Text;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.OpenAi.Pictures;
using CanvasWeb.Web.OpenAi.Requests;
using CanvasWeb.Web.Tiles.Drawing;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.OpenAi;

/// <summary>A checked request and its pictures become an order: always one, so that all of its pictures are paid for or none.</summary>
internal sealed class ImageOrders(PictureReader reader, PixelBudget budget, IOptions<OpenAiOptions> options)
{
    // The decoded picture and its resized copy, the mask, the crop, and the files.
    private const int BytesPerPixel = 40;

    // A model's eye sees a few hundred pixels a side.
    private const int MaxVariedSide = 1024;

    /// <param name="idempotencyKey">From the client; null for none.</param>
    public async Task<(DirectOrder? Order, ApiError? Error)> PrepareAsync(
        ImageRequest request, ApiBody body, string userId, string keyId, string? idempotencyKey, CancellationToken cancellationToken)
    {
        // 1. Do the pictures fit what is asked for?
        if (CheckFiles(request, body) is { } wrong)
            return (null, wrong);

        // 2. What is made, on which part of what.
        var hash = new StringBuilder(Describe(request));
        DirectOrder order;
        try
        {
            (var made, wrong) = await PlanAsync(request, body, userId, keyId, cancellationToken);
            if (made is null)
                return (null, wrong);
            order = made;
        }
        catch (ImageException error)
        {
            return (null, ApiErrors.Of(error, "image"));
        }

        foreach (var input in (byte[]?[])[order.PicturePng, order.CropPng, order.NewMaskPng])
            hash.Append(' ').Append(input is null ? "-" : Convert.ToHexStringLower(SHA256.HashData(input)));

        // 3. Its id is made from the client's key, so that the same request finds the job again.
        return (order with { RequestId = idempotencyKey is null ? RandomId.New() : "api-" + Hash(idempotencyKey)[..40], RequestHash = Hash(hash.ToString()) }, null);
    }

    private ApiError? CheckFiles(ImageRequest request, ApiBody body)
    {
        if (request.Task == ImageTask.Generation)
            return body.Images.Count + body.Masks.Count == 0 ? null : ApiError.Bad("unknown_parameter", "A generation takes no picture; POST /v1/images/edits does.", body.Images.Count != 0 ? "image" : "mask");
        if (body.Images.Count == 0)
            return ApiError.Bad("missing_required_parameter", "You must provide an image.", "image");
        if (body.Images.Count > options.Value.MaxInputPictures)
            return ApiError.Bad("too_many_images", FormattableString.Invariant($"At most {options.Value.MaxInputPictures} images can be sent."), "image");
        if (body.Images.Count > 1)
            return ApiError.Bad("too_many_images", $"The model {request.Model.Name} works on one picture at a time. Send one request for each image.", "image");
        if (body.Masks.Count > 1 || (body.Masks.Count == 1 && request.Task == ImageTask.Variation))
            return ApiError.Bad("invalid_value", request.Task == ImageTask.Variation ? "A variation takes no mask." : "One mask is the most.", "mask");
        return null;
    }

    private async Task<(DirectOrder? Order, ApiError? Error)> PlanAsync(ImageRequest request, ApiBody body, string userId, string keyId, CancellationToken cancellationToken)
    {
        var order = new DirectOrder
        {
            UserId = userId,
            ApiKeyId = keyId,
            RequestId = "",
            Task = JobTask.TextToImage,
            Settings = new(request.Prompt, request.NegativePrompt, request.Model.Name, request.Count, request.Seed, request.Steps, request.Guidance),
            Plan = DirectPlans.Whole(request.Size ?? new(1, 1), request.Model.Geometry),
        };
        if (request.Task == ImageTask.Generation)
            return (order, null);

        // Only when there is memory for it: the header says how much, or the size that a small picture is brought up to.
        var info = reader.Identify(body.Images[0]);
        var picturePixels = (long)info.Width * info.Height;
        if (request.Task == ImageTask.Edit && CheckPixels(request, request.Size ?? new(info.Width, info.Height)) is { } tooLarge)
            return (null, tooLarge);
        using var share = await budget.TryTakeAsync(Math.Max(picturePixels, request.Size?.Area ?? 0) * BytesPerPixel, cancellationToken);
        if (share is null)
            return (null, ApiErrors.Busy("Too many pictures are coming in just now.", options.Value.RetryAfterSeconds));
        budget.Trim();
        if (request.Task == ImageTask.Variation)
        {
            var seen = ImageResizer.Fit(await reader.DecodeAsync(body.Images[0], cancellationToken), MaxVariedSide);
            return (order with { Task = JobTask.Variation, PicturePng = EditInputs.Png(seen) }, null);
        }

        var picture = await reader.DecodeAsync(body.Images[0], cancellationToken);
        var size = request.Size ?? new(picture.Width, picture.Height);
        if (CheckShape(picture, size) is { } wrong)
            return (null, wrong);
        PixelImage? mask = null;
        if (body.Masks.Count == 1)
        {
            var (maskOrNone, unfit) = await ReadMaskAsync(body.Masks[0], picture, picturePixels, cancellationToken);
            if (maskOrNone is null)
                return (null, unfit);
            mask = maskOrNone;
        }

        if (EditInputs.Of(picture, mask, size, request.Model) is not { } inputs)
            return (null, ApiError.Bad("invalid_mask", "The mask keeps everything: make transparent what is to be made anew.", "mask"));
        return (order with
        {
            Task = JobTask.Inpaint,
            Plan = inputs.Plan,
            Settings = order.Settings with { Strength = inputs.IsWhole ? request.Strength : null },
            PicturePng = inputs.PicturePng,
            CropPng = inputs.CropPng,
            NewMaskPng = inputs.NewMaskPng,
        }, null);
    }

    private async Task<(PixelImage? Mask, ApiError? Error)> ReadMaskAsync(ApiFile file, PixelImage picture, long mostPixels, CancellationToken cancellationToken)
    {
        try
        {
            // Held against the header first: the budget was asked for a mask of the picture's size.
            var info = reader.Identify(file);
            var mask = (long)info.Width * info.Height == mostPixels ? await reader.DecodeAsync(file, cancellationToken) : null;
            return mask?.Width == picture.Width && mask.Height == picture.Height
                ? (mask, null)
                : (null, ApiError.Bad("invalid_mask", FormattableString.Invariant($"The mask is {info.Width}x{info.Height} and the picture {picture.Width}x{picture.Height}: they have to be of one size."), "mask"));
        }
        catch (ImageException error)
        {
            return (null, ApiErrors.Of(error, "mask"));
        }
    }

    private ApiError? CheckPixels(ImageRequest request, PixelSize size)
    {
        var least = request.Model.Geometry.Multiple;
        if (size.Width < least || size.Height < least)
            return ApiError.Bad("invalid_image", FormattableString.Invariant($"The picture is {size.Width}x{size.Height}; at least {least} pixels a side are needed."), "image");
        return size.Area <= options.Value.MaxEditPixels
            ? null
            : ApiError.Bad("invalid_size", FormattableString.Invariant($"The picture is {size.Width}x{size.Height}, and at most {options.Value.MaxEditPixels} pixels are made. Send it smaller, or name a 'size' of its shape."), "image");
    }

    // Nothing is cut off or stretched behind somebody's back: to within a pixel the shape has to be the same. Held against the decoded picture, which
    // is upright: the header of a photo may say that it is as wide as it is high.
    private static ApiError? CheckShape(PixelImage picture, PixelSize size) =>
        Math.Abs(((long)size.Width * picture.Height) - ((long)size.Height * picture.Width)) <= Math.Max(picture.Width, picture.Height)
            ? null
            : ApiError.Bad("invalid_size", FormattableString.Invariant($"The picture is {picture.Width}x{picture.Height}, which is another shape than {size.Width}x{size.Height}. Leave 'size' out to keep its own, or cut it first."), "size");

    // Everything that makes a picture another one, or its answer another form.
    private static string Describe(ImageRequest request) => FormattableString.Invariant(
        $"{request.Task}\n{request.Model.Name}\n{request.Prompt}\n{request.NegativePrompt}\n{request.Count} {request.Size} {request.AsUrl} {request.FormatName} {request.Quality} {request.Steps} {request.Guidance} {request.Seed} {request.Strength} {request.IsStream} {request.PartialImages} {request.Detail}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
