using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tiles;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Tiles;

/// <summary>The whole site as a process of its own, so that its memory can be told, with a board of the person who tries it.</summary>
internal sealed class SiteProcess : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("canvasweb-site-");
    private readonly Process _process;

    private SiteProcess()
    {
        // A free port now; somebody else may take it before the site does, and then the test fails and says so.
        using (var socket = new TcpListener(IPAddress.Loopback, 0))
        {
            socket.Start();
            Http = new HttpClient { BaseAddress = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}")), Timeout = TimeSpan.FromMinutes(10) };
        }

        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = ProjectFolder, UseShellExecute = false, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(ProjectFolder, "bin", Configuration, "net10.0", "CanvasWeb.Web.dll"));
        start.Environment["ASPNETCORE_ENVIRONMENT"] = Environments.Development;
        start.Environment["ASPNETCORE_URLS"] = Http.BaseAddress.ToString();
        start.Environment["Data__Folder"] = _folder.FullName;
        start.Environment["Inference__Mode"] = "External";
        start.Environment["Inference__Key"] = "a-key-of-the-tests-and-of-nobody-else";
        _process = Process.Start(start) ?? throw new InvalidOperationException("The site did not start.");
        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
    }

    public HttpClient Http { get; }

    public string BoardId { get; private set; } = "";

    /// <summary>The most memory that the process ever had, in bytes, shared libraries included.</summary>
    public long PeakBytes => File.ReadLines($"/proc/{_process.Id}/status").Where(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(static line => long.Parse(line.AsSpan(6).TrimStart().ToString().Split(' ')[0], CultureInfo.InvariantCulture) * 1024).Single();

    private static string ProjectFolder
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "CanvasWeb.sln")))
                folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
            return Path.Combine(folder.FullName, "src", "CanvasWeb.Web");
        }
    }

    // The site is built as the tests are: bin/Debug/net10.0 or bin/Release/net10.0.
    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent?.Name ?? "Debug";

    /// <param name="fill">Puts tiles on the board before the site first opens it.</param>
    public static async Task<SiteProcess> StartAsync(Func<TileStore, Task<IReadOnlyList<TileAdd>>>? fill = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The memory of a process is read as Linux tells it.");
        var site = new SiteProcess();
        try
        {
            await site.ReadyAsync();
            using var signedIn = await site.Http.PostAsync(AccountRoutes.Try, content: null, TestContext.Current.CancellationToken);
            await site.AddBoardAsync(fill);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    private async Task ReadyAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var health = await Http.GetAsync(new Uri("/healthz", UriKind.Relative), TestContext.Current.CancellationToken);
                health.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (attempt < 600 && !_process.HasExited)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
    }

    // Beside the site, on the same files: it has not opened the board yet.
    private async Task AddBoardAsync(Func<TileStore, Task<IReadOnlyList<TileAdd>>>? fill)
    {
        var token = TestContext.Current.CancellationToken;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Data:Folder"] = _folder.FullName, ["Inference:Mode"] = "External", ["Inference:Key"] = "a-key-of-the-tests-and-of-nobody-else" });
        builder.Services.AddData(builder.Configuration);
        BoardSite.AddServices(builder);
        await using var app = builder.Build();
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(token);
        var person = await db.Users.SingleAsync(static user => user.IsDemo, token);
        BoardId = RandomId.New();
        Assert.Equal(BoardChange.Done, await app.Services.GetRequiredService<BoardShelf>().CreateAsync(person.Id, BoardId, "Large", token));
        if (fill is null)
            return;
        var ops = await fill(app.Services.GetRequiredService<TileStore>());
        var client = new ClientId("c");
        var result = await app.Services.GetRequiredService<BoardHost>().SubmitAsync(BoardId, new(person.Id), BoardRole.Owner, [.. ops.Select((op, i) => new ClientOp(client, i + 1, op))], token);
        Assert.DoesNotContain(result.Outcomes, static outcome => outcome.Refusal is not null);
    }
}
