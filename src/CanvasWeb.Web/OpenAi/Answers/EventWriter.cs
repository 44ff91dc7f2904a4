using System.Text.Json;
using CanvasWeb.Web.OpenAi.Requests;

namespace CanvasWeb.Web.OpenAi.Answers;

/// <summary>Server-sent events. The answer begins with the first write; from then on an error is an event as well.</summary>
internal sealed class EventWriter(HttpContext http, ImageTask task)
{
    private readonly string _prefix = task == ImageTask.Edit ? "image_edit" : "image_generation";

    public string PartialType => _prefix + ".partial_image";

    public string CompletedType => _prefix + ".completed";

    public void Begin()
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache, no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no"; // Proxies of the nginx kind would keep the events until the end.
    }

    public Task WriteAsync(ImageEvent happened) => WriteAsync(happened.Type, happened);

    public Task WriteErrorAsync(ApiError error) => WriteAsync("error", ApiEnvelope.BodyOf(error));

    /// <summary>A comment, which clients pass over: it keeps the line open, and shows when nobody is at its end.</summary>
    public async Task WriteIdleAsync()
    {
        await http.Response.WriteAsync(": waiting\n\n", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private async Task WriteAsync(string name, object data)
    {
        await http.Response.WriteAsync($"event: {name}\ndata: ", http.RequestAborted);
        await JsonSerializer.SerializeAsync(http.Response.Body, data, data.GetType(), ApiJson.Options, http.RequestAborted);
        await http.Response.WriteAsync("\n\n", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }
}
