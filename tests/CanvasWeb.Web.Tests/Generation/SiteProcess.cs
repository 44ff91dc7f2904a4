using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Tests.Boards;

namespace CanvasWeb.Web.Tests.Generation;

/// <summary>The built site as a process that can be killed, with its worker as a child of its own; the same port and data each time it is started.</summary>
internal sealed partial class SiteProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly Dictionary<string, string> _settings;
    private readonly List<string> _log = [];
    private readonly Lock _lock = new();
    private readonly CookieContainer _cookies = new();
    private Process? _process;
    private int _worker;

    public SiteProcess(Dictionary<string, string> settings)
    {
        _settings = settings;
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        Address = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}"));
    }

    public Uri Address { get; }

    /// <summary>The worker that the site started last.</summary>
    public int WorkerId => Volatile.Read(ref _worker);

    public string Log
    {
        get
        {
            lock (_lock)
                return string.Join('\n', _log.TakeLast(120));
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static DirectoryInfo Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CanvasWeb.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run in a checkout.");
        return folder;
    }

    public void Start()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var project = Path.Combine(Repository().FullName, "src", "CanvasWeb.Web");
        var start = new ProcessStartInfo(Path.Combine(project, "bin", output.Parent!.Name, output.Name, "CanvasWeb.Web"))
        {
            WorkingDirectory = project,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        foreach (var (name, value) in _settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>kill -9: no finally block runs, no transaction is rolled back, nobody is told.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync(Token);
        _process.Dispose();
        _process = null;
    }

    /// <summary>The same for its worker, if it has one.</summary>
    public void KillWorker()
    {
        try
        {
            using var worker = Process.GetProcessById(WorkerId);
            worker.Kill();
        }
        catch (ArgumentException)
        {
            // There is none just now.
        }
    }

    /// <summary>Waits until a page is answered.</summary>
    public async Task AnswersAsync(string path = "/healthz")
    {
        using var http = Client();
        var until = TimeProvider.System.GetUtcNow() + s_patience;
        while (TimeProvider.System.GetUtcNow() < until)
        {
            try
            {
                using var answer = await http.GetAsync(path, Token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (_process is { HasExited: false })
            {
                // Not yet.
            }

            await Task.Delay(50, Token);
        }

        throw new TimeoutException($"The site does not answer {path}:\n{Log}");
    }

    /// <summary>Signs in as whoever tries the site out; the cookie outlives the process.</summary>
    public async Task SignInAsync()
    {
        using var http = Client();
        using var answer = await http.PostAsync("/account/try", content: null, Token);
        Assert.True(answer.StatusCode == HttpStatusCode.Found, Log);
    }

    public Task<HubLine> ConnectAsync() => HubLine.ConnectAsync(
        new(Address, BoardHub.Path), [new("Cookie", _cookies.GetCookieHeader(Address)), new("Origin", Address.GetLeftPart(UriPartial.Authority))]);

    public async ValueTask DisposeAsync() => await KillAsync();

    private HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };

    private void Note(string? line)
    {
        if (line is null)
            return;
        lock (_lock)
            _log.Add(line);
        if (WorkerStarted().Match(line) is { Success: true } match)
            Volatile.Write(ref _worker, int.Parse(match.Groups["id"].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("The worker was started as process (?<id>[0-9]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WorkerStarted();
}
