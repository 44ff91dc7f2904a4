using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CanvasWeb.Inference.Tests.Worker;

/// <summary>The site's end of the worker's protocol on a real port, with a list of jobs in place of the queue and the ledger.</summary>
internal sealed class ScriptedSite : IAsyncDisposable
{
    public const string Key = "the-key-of-the-test";
    private readonly WebApplication _app;
    private string? _worker;

    private ScriptedSite(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public ConcurrentQueue<JobLease> Jobs { get; } = new();

    public ConcurrentDictionary<string, PixelImage> Inputs { get; } = new();

    public ConcurrentQueue<(int Image, PixelImage Picture)> Uploads { get; } = new();

    /// <summary>What came with each upload; null for nothing.</summary>
    public ConcurrentQueue<MakerNote?> Notes { get; } = new();

    /// <summary>What the worker asked about inputs, in turn.</summary>
    public ConcurrentQueue<InputScores> AskedInputs { get; } = new();

    /// <summary>The site's answer about inputs.</summary>
    public bool TakesInputs { get; set; } = true;

    public ConcurrentQueue<StepReport> Steps { get; } = new();

    /// <summary>Jobs that a heartbeat is told to stop.</summary>
    public ConcurrentDictionary<string, bool> Lost { get; } = new();

    public Channel<JobResult> Results { get; } = Channel.CreateUnbounded<JobResult>();

    public Channel<JobFailure> Failures { get; } = Channel.CreateUnbounded<JobFailure>();

    public Channel<WorkerHello> Hellos { get; } = Channel.CreateUnbounded<WorkerHello>();

    /// <summary>How many more calls of a method fail, as they do while the site's database is away.</summary>
    public ConcurrentDictionary<string, int> Failing { get; } = new();

    /// <summary>Runs when a step report comes in.</summary>
    public Func<StepReport, HubCallerContext, ISingleClientProxy, Task>? OnStep { get; set; }

    public static async Task<ScriptedSite> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSignalR();
        ScriptedSite? site = null;
        builder.Services.AddSingleton(_ => site!); // Set below, before the first request.
        var app = builder.Build();
        site = new ScriptedSite(app);
        app.Use(async (context, next) =>
        {
            if (context.Request.Headers.Authorization == $"Bearer {Key}")
                await next();
            else
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        });
        app.MapHub<ScriptedHub>(InferenceProtocol.HubPath);
        app.MapGet("/inference/inputs/{job}/{attempt}/{name}", (string name) => Results_(site.Inputs[name]));
        app.MapPut("/inference/results/{job}/{attempt}/{image}/film", () => TypedResults.NoContent());
        app.MapPut("/inference/results/{job}/{attempt}/{image}", async (int image, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            var picture = ImageDecoder.Decode(body.ToArray(), ImageLimits.Default);
            site.Uploads.Enqueue((image, picture));
            site.Notes.Enqueue(request.Headers[InferenceProtocol.MakerNoteHeader].ToString() is { Length: > 0 } note ? JsonSerializer.Deserialize<MakerNote>(note, JsonSerializerOptions.Web) : null);
            return new StoredPicture(new string('a', 64), picture.Width, picture.Height);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return site;

        static IResult Results_(PixelImage picture) => Microsoft.AspNetCore.Http.Results.Bytes(ImageEncoder.Encode(picture, new EncodeOptions()), "image/png");
    }

    /// <summary>Asks the worker that introduced itself last.</summary>
    public Task<TAnswer> AskAsync<TAnswer>(string method, object order) =>
        _app.Services.GetRequiredService<IHubContext<ScriptedHub>>().Clients.Client(_worker ?? throw new InvalidOperationException("There is no worker yet.")).InvokeAsync<TAnswer>(method, order, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    internal sealed class ScriptedHub(ScriptedSite site) : Hub
    {
        public WorkerWelcome Hello(WorkerHello hello)
        {
            site._worker = Context.ConnectionId;
            site.Hellos.Writer.TryWrite(hello);
            return new(30, 1);
        }

        public JobLease? Lease() => Answers(nameof(Lease)) && site.Jobs.TryDequeue(out var job) ? job : null;

        public Task ReportStep(StepReport report)
        {
            site.Steps.Enqueue(report);
            return site.OnStep?.Invoke(report, Context, Clients.Caller) ?? Task.CompletedTask;
        }

        public string[] Heartbeat(LeaseToken[] tokens) => Answers(nameof(Heartbeat)) ? [.. tokens.Select(static token => token.JobId).Where(site.Lost.ContainsKey)] : [];

        public bool JudgeInputs(InputScores inputs)
        {
            site.AskedInputs.Enqueue(inputs);
            return site.TakesInputs;
        }

        public bool Complete(JobResult result) => Answers(nameof(Complete)) && site.Results.Writer.TryWrite(result);

        public bool Fail(JobFailure failure) => Answers(nameof(Fail)) && site.Failures.Writer.TryWrite(failure);

        private bool Answers(string method) => site.Failing.AddOrUpdate(method, -1, static (_, left) => left - 1) < 0
            ? true
            : throw new InvalidOperationException("The database is away.");
    }
}
