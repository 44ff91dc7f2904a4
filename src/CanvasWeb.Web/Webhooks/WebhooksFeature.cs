using CanvasWeb.Web.Accounts.Security;
using CanvasWeb.Web.Webhooks.Page;

namespace CanvasWeb.Web.Webhooks;

/// <summary>Telling people's own servers what became of their jobs.</summary>
internal static class WebhooksFeature
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<WebhookOptions>().Bind(configuration.GetSection(WebhookOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<WebhookHosts>();
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookQueue>();
        services.AddSingleton<WebhookBook>();
        services.AddSingleton(WebhookBook.Erasure());
        services.AddHostedService<WebhookDeliveries>();
        return services;
    }

    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        var own = app.MapGroup(WebhookForms.Page).RequireAuthorization().RequireAntiforgery();
        own.MapPost(WebhookForms.Test, WebhookForms.TestAsync);
        own.MapPost(WebhookForms.Resend, WebhookForms.ResendAsync);
        own.MapPost(WebhookForms.Enable, WebhookForms.EnableAsync);
        own.MapPost(WebhookForms.Disable, WebhookForms.DisableAsync);
        own.MapPost(WebhookForms.Delete, WebhookForms.DeleteAsync);
    }
}
