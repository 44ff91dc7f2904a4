using System.Collections.Concurrent;

namespace CanvasWeb.Web.Tests.Payments;

/// <summary>The one call of Stripe's API that we use, on a loopback port: it keeps what came and answers like the real one.</summary>
internal sealed class FakeStripe : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeStripe(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/");

    public ConcurrentQueue<(Dictionary<string, string> Form, string? Authorization, string? Key)> Requests { get; } = new();

    /// <summary>Answers every request with this status and an error instead.</summary>
    public int? Fail { get; set; }

    public static async Task<FakeStripe> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stripe = new FakeStripe(app);
        app.MapPost("/v1/checkout/sessions", stripe.SessionAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return stripe;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> SessionAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        Requests.Enqueue((form.ToDictionary(static field => field.Key, static field => field.Value.ToString()), request.Headers.Authorization, request.Headers["Idempotency-Key"]));
        if (Fail is { } status)
            return Results.Json(new { error = new { type = "invalid_request_error", code = "api_key_expired", message = "Expired API Key provided" } }, statusCode: status);
        // The same idempotency key is answered with the same session.
        var id = "cs_test_" + request.Headers["Idempotency-Key"];
        return Results.Json(new { id, @object = "checkout.session", url = "https://checkout.stripe.com/c/pay/" + id });
    }
}
