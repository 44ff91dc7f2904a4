using System.Globalization;
using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.OpenAi;

/// <summary>
/// Around everything under <c>/v1</c>: each answer has a request id, and each error, wherever it comes from, the form
/// <c>{error: {type, message, param, code}}</c>.
/// </summary>
internal sealed class ApiEnvelope(RequestDelegate next, TimeProvider time, ApiAddresses addresses, ILogger<ApiEnvelope> logger)
{
    public const string Root = "/v1";

    /// <summary>The header that official clients obey before they look at the status.</summary>
    public const string ShouldRetry = "x-should-retry";

    public async Task InvokeAsync(HttpContext http)
    {
        var requestId = "req_" + RandomId.New();
        var started = time.GetTimestamp();
        http.Response.OnStarting(() =>
        {
            http.Response.Headers["x-request-id"] = requestId;
            http.Response.Headers["openai-processing-ms"] = ((long)time.GetElapsedTime(started).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null or 0, ContentType: null })
                await WriteAsync(http, ApiErrors.OfStatus(StatusOf(http), http.Request.Method, http.Request.Path));
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (BadHttpRequestException error) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, ApiErrors.OfStatus(error.StatusCode, http.Request.Method, http.Request.Path));
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            logger.LogError(error, "Request {RequestId} to the API failed", requestId);
            await WriteAsync(http, ApiErrors.OfStatus(StatusCodes.Status500InternalServerError, http.Request.Method, http.Request.Path));
        }
    }

    private int StatusOf(HttpContext http)
    {
        if (http.Response.StatusCode is not (StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed) || ApiAddresses.IsReached(http))
            return http.Response.StatusCode;
        var methods = addresses.MethodsOf(http.Request.Path);
        http.Response.Headers.Allow = methods.Count == 0 ? default : string.Join(", ", methods);
        return methods.Count == 0 ? StatusCodes.Status404NotFound : StatusCodes.Status405MethodNotAllowed;
    }

    public static Task WriteAsync(HttpContext http, ApiError error)
    {
        http.Response.StatusCode = error.Status;
        if (error.RetryAfterSeconds is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (error.ShouldRetry is { } should)
            http.Response.Headers[ShouldRetry] = should ? "true" : "false";
        return http.Response.WriteAsJsonAsync(BodyOf(error), ApiJson.Options, http.RequestAborted);
    }

    /// <summary>The envelope itself, for streams too.</summary>
    public static object BodyOf(ApiError error) => new Envelope(new(error.Message, error.Type, error.Param, error.Code));

    private sealed record Envelope(EnvelopeError Error);

    // Clients look for all four, also where they are null.
    private sealed record EnvelopeError(
        string Message,
        string Type,
        [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] string? Param,
        [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] string? Code);
}
