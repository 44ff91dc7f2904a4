namespace CanvasWeb.Web.Operations;

/// <summary>Where metrics and traces go.</summary>
internal sealed record TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>An OTLP receiver (gRPC), such as http://localhost:4317. Null: nothing is sent.</summary>
    public Uri? OtlpEndpoint { get; init; }
}
