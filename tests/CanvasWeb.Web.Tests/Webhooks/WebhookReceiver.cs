using System.Threading.Channels;

namespace CanvasWeb.Web.Tests.Webhooks;

/// <summary>A person's own server on a loopback port: keeps what comes and answers as the test says.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<ReceivedWebhook> _received = Channel.CreateUnbounded<ReceivedWebhook>();

    private WebhookReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First() + "/hook?of=ann";

    /// <summary>What to answer; 204 when the test says nothing. May wait, as a slow server does.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = static http =>
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    };

    public int Count => _received.Reader.Count;

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.Run(receiver.ReceiveAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The next message; waits until it comes.</summary>
    public ValueTask<ReceivedWebhook> NextAsync() => _received.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public void AnswerWith(int status, string? header = null, string? value = null) => Answer = http =>
    {
        http.Response.StatusCode = status;
        if (header is not null)
            http.Response.Headers[header] = value;
        return Task.CompletedTask;
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var headers = http.Request.Headers.ToDictionary(static header => header.Key.ToLowerInvariant(), static header => header.Value.ToString(), StringComparer.Ordinal);
        _received.Writer.TryWrite(new(http.Request.Method, http.Request.Path + http.Request.QueryString, headers, body));
        await Answer(http);
    }
}
