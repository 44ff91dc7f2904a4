using CanvasWeb.Canvas.Document;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.OpenAi;

/// <summary>The one mapping from what the site says to what clients of the Images API expect.</summary>
internal static class ApiErrors
{
    public static ApiError NoSuchModel(string name) => new(
        StatusCodes.Status404NotFound, ApiErrorTypes.InvalidRequest, "model_not_found", $"The model '{name}' does not exist. GET /v1/models lists those that do.", "model");

    public static ApiError Busy(string message, int seconds) => new(StatusCodes.Status503ServiceUnavailable, ApiErrorTypes.Server, "server_busy", message) { RetryAfterSeconds = seconds };

    public static ApiError TooManyRequests(int perMinute, int seconds) => new(
        StatusCodes.Status429TooManyRequests,
        ApiErrorTypes.RateLimit,
        "rate_limit_exceeded",
        FormattableString.Invariant($"You may make {perMinute} requests a minute. Try again in {seconds} s."))
    { RetryAfterSeconds = seconds };

    public static ApiError TooLarge(long mostBytes) => new(
        StatusCodes.Status413PayloadTooLarge,
        ApiErrorTypes.InvalidRequest,
        "request_too_large",
        FormattableString.Invariant($"This request is larger than {Math.Max(1, mostBytes >> 10)} KiB, which is the most."));

    /// <summary>Why an order became no job.</summary>
    public static ApiError Of(GenerationRefusal refusal, int retryAfterSeconds) => refusal.Code switch
    {
        GenerationRefusalCodes.NotEnoughCredits => new(StatusCodes.Status402PaymentRequired, ApiErrorTypes.Quota, "insufficient_quota", refusal.Message),
        GenerationRefusalCodes.QueueFull => new(StatusCodes.Status429TooManyRequests, ApiErrorTypes.RateLimit, "queue_full", refusal.Message) { RetryAfterSeconds = retryAfterSeconds },
        GenerationRefusalCodes.PromptRefused => ContentPolicy(refusal.Message),
        GenerationRefusalCodes.PromptMissing => ApiError.Bad("missing_required_parameter", refusal.Message, "prompt"),
        GenerationRefusalCodes.PromptTooLong => ApiError.Bad("string_above_max_length", refusal.Message, "prompt"),
        GenerationRefusalCodes.ModelMissing => Busy(refusal.Message, retryAfterSeconds),
        GenerationRefusalCodes.Maintenance => Busy(refusal.Message, 12 * retryAfterSeconds),
        GenerationRefusalCodes.Suspended or GenerationRefusalCodes.Forbidden => new(StatusCodes.Status403Forbidden, ApiErrorTypes.Permission, refusal.Code, refusal.Message),
        GenerationRefusalCodes.RequestReused => new(StatusCodes.Status409Conflict, ApiErrorTypes.InvalidRequest, "idempotency_key_reused", refusal.Message) { ShouldRetry = false },
        GenerationRefusalCodes.CannotVary or RefusalCodes.CannotInpaint => ApiError.Bad("model_cannot", refusal.Message, "model"),
        _ => ApiError.Bad(refusal.Code, refusal.Message),
    };

    /// <summary>Why a job ended without pictures. It cost nothing.</summary>
    public static ApiError Of(JobState state, string? code, string? message, int retryAfterSeconds) => (state, code) switch
    {
        (JobState.Canceled, _) => new(StatusCodes.Status409Conflict, ApiErrorTypes.InvalidRequest, "canceled", "This was canceled. Nothing was spent.") { ShouldRetry = false },
        (_, "input_withheld") => ContentPolicy(message ?? "The picture that this starts from is one that this site does not work with."),
        (_, "prompt_too_long") => ApiError.Bad("string_above_max_length", message ?? "The prompt is too long for this model.", "prompt"),

        (_, "input_withheld" or "results_withheld") => ContentPolicy(message ?? "This site does not make this picture. Nothing was spent."),

        // The site's own troubles: lost and failing workers, which another try may spare.
        (_, "worker_lost" or "bad_result" or "out_of_memory" or "model_failed" or null) => new(StatusCodes.Status500InternalServerError, ApiErrorTypes.Server, code ?? "failed", message ?? "The picture could not be made. It costs nothing; try again."),
        (_, "expired") => Busy(message ?? "No worker came. It costs nothing; try again.", retryAfterSeconds),
        _ => ApiError.Bad(code, message ?? "The model does not take this request."),
    };

    public static ApiError ContentPolicy(string message) => ApiError.Bad("content_policy_violation", message);

    /// <summary>Why a picture that came is of no use.</summary>
    public static ApiError Of(ImageException error, string param) => error.Code switch
    {
        ImageErrorCodes.TooLarge => new(StatusCodes.Status413PayloadTooLarge, ApiErrorTypes.InvalidRequest, "image_too_large", error.Message, param),
        ImageErrorCodes.UnsupportedFormat or ImageErrorCodes.SvgRefused => new(StatusCodes.Status415UnsupportedMediaType, ApiErrorTypes.InvalidRequest, "unsupported_image", error.Message, param),
        _ => ApiError.Bad("invalid_image", error.Message, param),
    };

    /// <summary>An answer that came without words: from the sign-in, the routing, the server itself.</summary>
    public static ApiError OfStatus(int status, string method, string path) => status switch
    {
        StatusCodes.Status401Unauthorized => new(
            status, ApiErrorTypes.InvalidRequest, "invalid_api_key", "No valid API key was given. Send one as \"Authorization: Bearer cw_...\"; keys are made on the page /account/keys."),
        StatusCodes.Status403Forbidden => new(status, ApiErrorTypes.Permission, "insufficient_permissions", "This API key may not do this. Make one with the scope that it needs on the page /account/keys."),
        StatusCodes.Status404NotFound => new(status, ApiErrorTypes.InvalidRequest, "unknown_url", $"Unknown request URL: {method} {path}. The page /docs/api lists those that there are."),
        StatusCodes.Status405MethodNotAllowed => new(status, ApiErrorTypes.InvalidRequest, "method_not_supported", $"{method} is not what {path} takes."),
        StatusCodes.Status413PayloadTooLarge => new(status, ApiErrorTypes.InvalidRequest, "request_too_large", "This request is too large."),
        StatusCodes.Status415UnsupportedMediaType => new(status, ApiErrorTypes.InvalidRequest, "unsupported_media_type", "Send application/json or multipart/form-data."),
        < 500 => new(status, ApiErrorTypes.InvalidRequest, null, "This request cannot be read."),
        _ => new(status, ApiErrorTypes.Server, null, "The server had an error. Try again, and tell its operator the request id if it stays."),
    };
}
