namespace CanvasWeb.Web.OpenAi;

/// <summary>Something that a program has to know instead of its pictures; the one place that writes it is <see cref="ApiEnvelope"/>.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">One of <see cref="ApiErrorTypes"/>.</param>
/// <param name="Code">Stable; null where the type says all.</param>
/// <param name="Message">An English sentence that says what to do.</param>
/// <param name="Param">The parameter that is wrong.</param>
internal sealed record ApiError(int Status, string Type, string? Code, string Message, string? Param = null)
{
    /// <summary>Seconds for <c>Retry-After</c>; null says none.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>
    /// Whether asking again by itself can help. Null leaves it to the status; official clients take 408, 409, 429 and 500 for a yes, and obey a
    /// no (<c>x-should-retry</c>).
    /// </summary>
    public bool? ShouldRetry { get; init; }

    public static ApiError Bad(string code, string message, string? param = null) => new(StatusCodes.Status400BadRequest, ApiErrorTypes.InvalidRequest, code, message, param);
}
