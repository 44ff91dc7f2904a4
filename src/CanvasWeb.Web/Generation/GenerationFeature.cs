using CanvasWeb.Contracts;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Generation.Previews;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Generation.Sketches;
using CanvasWeb.Web.Generation.Workers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CanvasWeb.Web.Generation;

/// <summary>From a frame to pictures: jobs, the queue, workers, previews.</summary>
internal static class GenerationFeature
{
    public static IServiceCollection AddGeneration(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GenerationOptions>().Bind(configuration.GetSection(GenerationOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<InferenceOptions>().Bind(configuration.GetSection(InferenceOptions.Section)).ValidateDataAnnotations()
            .Validate(static options => options.HasKeyForItsMode, "Inference:Mode is External, so workers need a key: set Inference:Key to a random text of 22 characters or more, and give each worker a file with the same.")
            .Validate(static options => options.HasLongKeyOrNone, "Inference:Key is too short to keep strangers out: make it a random text of 22 characters or more (128 bits).")
            .ValidateOnStart();

        services.TryAddSingleton<SiteLimits>();

        // What people ask for.
        services.AddSingleton<JobOrders>();
        services.AddSingleton<FrameOrders>();
        services.AddSingleton<LikeOrders>();
        services.AddSingleton<PromptWriters>();
        services.AddSingleton<OperationOrders>();
        services.AddSingleton<ReplayOrders>();
        services.AddSingleton<DirectOrders>();
        services.AddSingleton<JobBooking>();
        services.AddSingleton<JobQuestions>();
        services.AddSingleton<ResultDesk>();
        services.AddSingleton<JobAccess>();
        services.AddSingleton(static provider => JobErasure.Create(provider.GetRequiredService<JobQuestions>(), provider.GetRequiredService<JobOrders>()));
        services.AddSingleton<FramePlans>();
        services.AddSingleton<Pricing>();
        services.AddSingleton<JobViews>();
        services.AddSingleton<BoardJobs>();
        services.AddSingleton<GenerationMeter>();

        // The queue.
        services.AddSingleton<JobQueue>();
        services.AddSingleton<RunningJobs>();
        services.AddSingleton<JobNews>();
        services.AddHostedService(static provider => provider.GetRequiredService<JobNews>());
        services.AddHostedService<JobSweep>();

        // Sketches.
        services.AddOptions<SketchOptions>().Bind(configuration.GetSection(SketchOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<WorkerCalls>();
        services.AddSingleton<SketchDesk>();

        // Workers and what they send.
        services.AddSingleton<ModelRegistry>();
        services.AddSingleton<WorkerRegistry>();
        services.AddSingleton<WorkerKeys>();
        services.AddSingleton<LeaseWriter>();
        services.AddSingleton<JobWatches>();
        services.AddSingleton<PreviewRelay>();
        services.AddHostedService<WorkerSupervisor>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, WorkerAuthentication>(WorkerAuthentication.SchemeName, configureOptions: null);
        services.AddAuthorizationBuilder().AddPolicy(WorkerAuthentication.Policy, static policy => policy.AddAuthenticationSchemes(WorkerAuthentication.SchemeName).RequireAuthenticatedUser());

        // A worker may have hundreds of models to tell of; a preview of 12 KB is 16 KB in base64.
        services.AddSignalR().AddHubOptions<InferenceHub>(static hub => hub.MaximumReceiveMessageSize = 1 << 20);
        services.AddHealthChecks().AddCheck<WorkerHealth>("worker", tags: ["ready"]);
        return services;
    }

    public static void MapGeneration(this IEndpointRouteBuilder app)
    {
        app.MapHub<InferenceHub>(InferenceProtocol.HubPath);
        InferenceEndpoints.Map(app);
        JobEndpoints.Map(app);
    }
}
