using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace CanvasWeb.Web.Tiles.Uploads;

/// <summary>
/// <c>POST /boards/{id}/uploads</c>: one picture, as the body itself or as the first file of a multipart form. The answer is what
/// <c>tile.add</c> takes as content; putting the tile on the board is the client's op.
/// </summary>
internal static class UploadEndpoints
{
    /// <summary>On the answer to an upload whose file said how it was made: the canvas then offers its settings.</summary>
    private const string HasSettingsHeader = "CanvasWeb-Has-Settings";

    // Boundary and headers of a multipart body around the file.
    private const int FormBytes = 1 << 16;

    public static async Task<Results<JsonHttpResult<TileContent>, ProblemHttpResult>> PostAsync(
        string boardId, HttpContext http, BoardAccess access, UploadService uploads, SiteLimits limits, CancellationToken cancellationToken)
    {
        // 1. Who, on which board?
        var userId = http.User.UserId();
        if (await access.RoleAsync(boardId, userId, cancellationToken) is not { } role)
            return TileRefusal.NoBoard.ToProblem();
        if (role < BoardRole.Editor)
            return new TileRefusal(StatusCodes.Status403Forbidden, "board-read-only", "You can look at this board but not put pictures on it. Ask its owner to let you edit.").ToProblem();

        // 2. How much, and where in the body does the file begin?
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = limits.Now.UploadBytes + FormBytes;
        var requestId = http.Request.Headers["Idempotency-Key"].ToString();
        if (requestId.Length == 0)
            requestId = RandomId.New();
        if (requestId.Length > UploadConfiguration.MaxRequestId)
            return new TileRefusal(StatusCodes.Status400BadRequest, "idempotency-key", $"An Idempotency-Key has at most {UploadConfiguration.MaxRequestId} characters.").ToProblem();
        try
        {
            if (await FileAsync(http.Request, cancellationToken) is not { } file)
                return new TileRefusal(StatusCodes.Status400BadRequest, "upload-no-file", "There was no file in the upload: choose a picture.").ToProblem();
            var (content, refusal) = await uploads.AddAsync(userId, boardId, requestId, file, cancellationToken);
            if (refusal is { Status: StatusCodes.Status503ServiceUnavailable })
                http.Response.Headers.RetryAfter = "5";
            if (content is not null && await uploads.HasSettingsAsync(userId, requestId, cancellationToken))
                http.Response.Headers[HasSettingsHeader] = "true";
            return content is null ? refusal!.ToProblem() /* one of the two is there */ : TypedResults.Json(content, CanvasJson.Options, statusCode: StatusCodes.Status201Created);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return uploads.TooManyBytes().ToProblem();
        }
    }

    private static async Task<Stream?> FileAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return request.Body;
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > 128)
            return null;
        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (section.GetContentDispositionHeader() is { } disposition && disposition.IsFileDisposition())
                    return section.Body;
            }
        }
        catch (Exception error) when (error is InvalidDataException || (error is IOException && error is not BadHttpRequestException))
        {
            // Not what the content type says: the same to the person as a form without a file.
        }

        return null;
    }
}
