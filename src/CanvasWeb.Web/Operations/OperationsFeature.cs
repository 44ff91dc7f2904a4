using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CanvasWeb.Web.Operations;

/// <summary>
/// What whoever runs the site looks at: <c>/healthz</c> (the process answers), <c>/readyz</c> (database, blobs and a worker are there), and
/// metrics and traces by OTLP where an address is configured. Features add their own checks with the tag <see cref="Ready"/>.
/// </summary>
internal static class OperationsFeature
{
    /// <summary>Tag of the checks that <c>/readyz</c> asks.</summary>
    public const string Ready = "ready";

    public static IServiceCollection AddOperations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHealthChecks()
            .AddCheck<DatabaseHealth>("database", tags: [Ready])
            .AddCheck<FolderHealth>("data folder", tags: [Ready]);
        services.AddOptions<TelemetryOptions>().Bind(configuration.GetSection(TelemetryOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        if (configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>()?.OtlpEndpoint is { } endpoint)
            AddOtlp(services, endpoint);
        return services;
    }

    public static void MapOperations(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = static _ => false });
        app.MapHealthChecks("/readyz", new HealthCheckOptions { Predicate = static check => check.Tags.Contains(Ready), ResponseWriter = ReadinessAnswer.WriteAsync });
    }

    // Built by hand: the package that ties OpenTelemetry to the host does not restore. Disposing the providers with the host flushes them.
    private static void AddOtlp(IServiceCollection services, Uri endpoint)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("canvasweb");
        services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("CanvasWeb.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter(options => options.Endpoint = endpoint)
            .Build());
        services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource("CanvasWeb.*", "Microsoft.AspNetCore")
            .AddOtlpExporter(options => options.Endpoint = endpoint)
            .Build());
        services.AddHostedService<TelemetryStart>();
    }

    /// <summary>Singletons are made when somebody asks for them: nobody else would.</summary>
    private sealed class TelemetryStart(MeterProvider meters, TracerProvider tracer) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            meters.ForceFlush(2_000);
            tracer.ForceFlush(2_000);
            return Task.CompletedTask;
        }
    }
}
