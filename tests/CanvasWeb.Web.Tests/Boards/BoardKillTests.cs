using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Sync;
using CanvasWeb.Canvas.Tests;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Boards;

/// <summary>The real site in a process of its own, killed without warning in the middle of a stream of ops.</summary>
public sealed partial class BoardKillTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite, 1)]
    [InlineData(DatabaseKind.PostgreSql, 2)]
    public async Task What_was_acknowledged_is_there_after_kill_9(DatabaseKind kind, int seed)
    {
        var random = Seeds.Start(seed);
        var folder = Directory.CreateTempSubdirectory("canvasweb-kill-");
        var settings = new Dictionary<string, string?> { ["Data:Folder"] = folder.FullName };
        if (kind == DatabaseKind.PostgreSql)
            settings["Data:PostgreSql"] = await server.CreateDatabaseAsync(Token);
        await using var data = OpenData(settings);
        var contexts = data.Services.GetRequiredService<IDbContextFactory<AppDbContext>>();
        var (board, client) = (RandomId.New(), new ClientId("killed"));
        var acknowledged = new HashSet<long>();
        long sent = 0;
        string? cookies = null;
        for (var life = 0; life < 3; life++)
        {
            using var site = await Site.StartAsync(settings);
            if (cookies is null)
            {
                cookies = await site.TryItAsync();
                await AddBoardAsync(contexts, board);
            }

            await using var line = await HubLine.ConnectAsync(new(site.Address, BoardHub.Path), [new("Cookie", cookies)]);
            await line.InvokeAsync<JoinResult>("Join", new JoinRequest(board, client));

            // What had no answer goes again first, as a browser does it.
            var again = Enumerable.Range(1, (int)sent).Select(static seq => (long)seq).Except(acknowledged).ToList();
            if (again.Count > 0)
                Note(acknowledged, await line.InvokeAsync<SubmitResult>("SubmitOps", again.ConvertAll(seq => Op(client, seq))));
            Assert.Equal(sent, acknowledged.Count);
            if (life == 2)
                break;

            // Batches one after another without waiting for answers; the axe falls after some of them, with others on their way.
            var answers = new List<Task<System.Text.Json.JsonElement>>();
            var axe = random.Next(20, 60);
            for (var batch = 0; batch < 80; batch++)
            {
                answers.Add(await line.StartAsync("SubmitOps", (object)Enumerable.Range(0, random.Next(1, 6)).Select(_ => Op(client, ++sent)).ToList()));
                if (batch == axe)
                {
                    await answers[random.Next(5, axe)];
                    site.Kill();
                    break;
                }
            }

            foreach (var answer in answers)
            {
                try
                {
                    Note(acknowledged, System.Text.Json.JsonSerializer.Deserialize<SubmitResult>(await answer, CanvasJson.Options)!);
                }
                catch (HubGoneException)
                {
                    // Nobody knows about these.
                }
            }

            var log = await LogAsync(contexts, board);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"life {life}: sent {sent}, acknowledged {acknowledged.Count}, stored {log.Count}"));
            Assert.NotEmpty(acknowledged);
            Assert.Empty(acknowledged.Except(log.Select(static op => op.ClientSeq)));
            await AssertReplaysAsync(data, board, log);
        }

        var end = await LogAsync(contexts, board);
        Assert.Equal(Enumerable.Range(1, (int)sent).Select(static seq => (long)seq), end.Select(static op => op.ClientSeq));
        await AssertReplaysAsync(data, board, end);
        await data.DisposeAsync();
        SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    private static void Note(HashSet<long> acknowledged, SubmitResult result) =>
        acknowledged.UnionWith(result.Outcomes.Where(static outcome => outcome.Kind != OutcomeKind.Refused).Select(static outcome => outcome.ClientSeq));

    private static ClientOp Op(ClientId client, long seq) => new(client, seq, TestBoard.Note(string.Create(CultureInfo.InvariantCulture, $"n{seq}")));

    private static async Task AssertReplaysAsync(WebApplication data, string board, List<SequencedOp> log)
    {
        Assert.Equal(Enumerable.Range(1, log.Count).Select(static seq => (long)seq), log.Select(static op => op.Seq));
        var services = data.Services;
        var stored = await new BoardLog(services.GetRequiredService<IDbContextFactory<AppDbContext>>(), services.GetRequiredService<WriteTransactions>(), TimeProvider.System).LoadAsync(board, Token);
        Assert.Equal(BoardSnapshot.From(BoardReducer.Replay(BoardState.Empty, log)).Write(), BoardSnapshot.From(stored!.State).Write());
    }

    private static async Task<List<SequencedOp>> LogAsync(IDbContextFactory<AppDbContext> contexts, string board)
    {
        await using var db = await contexts.CreateDbContextAsync(Token);
        return (await db.Set<BoardOpRow>().AsNoTracking().Where(row => row.BoardId == board).OrderBy(static row => row.Seq).ToListAsync(Token)).ConvertAll(static row => row.Read());
    }

    private static async Task AddBoardAsync(IDbContextFactory<AppDbContext> contexts, string board)
    {
        await using var db = await contexts.CreateDbContextAsync(Token);
        db.Add(new Board(board, await db.Users.Select(static user => user.Id).SingleAsync(Token), "Killed", default));
        await db.SaveChangesAsync(Token);
    }

    private static WebApplication OpenData(Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddData(builder.Configuration);
        return builder.Build();
    }

    private sealed partial class Site(Process process, Uri address) : IDisposable
    {
        public Uri Address => address;

        public static async Task<Site> StartAsync(Dictionary<string, string?> settings)
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(root.FullName, "CanvasWeb.sln")))
                root = root.Parent ?? throw new DirectoryNotFoundException("The tests run inside a checkout.");
            var project = Path.Combine(root.FullName, "src", "CanvasWeb.Web");
            var configuration = Directory.GetParent(AppContext.BaseDirectory.TrimEnd('/'))!.Name; // bin/Debug/net10.0
            var start = new ProcessStartInfo("dotnet", [Path.Combine(project, "bin", configuration, "net10.0", "CanvasWeb.Web.dll")]) { WorkingDirectory = project, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            foreach (var (key, value) in settings)
                start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
            start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
            start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
            start.Environment["Inference__Mode"] = "External";
            start.Environment["Inference__Key"] = "a-key-of-the-tests-and-of-nobody-else";
            start.Environment["Boards__SnapshotEvery"] = "25";

            var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
            var said = new List<string>();
            var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
            process.OutputDataReceived += (_, line) =>
            {
                lock (said)
                    said.Add(line.Data ?? "");
                if (Listening().Match(line.Data ?? "") is { Success: true } match)
                    address.TrySetResult(new(match.Value));
                if (line.Data is null)
                    address.TrySetException(new InvalidOperationException("The site ended: " + string.Join('\n', said)));
            };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return new(process, await address.Task.WaitAsync(Token));
        }

        /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
        public void Kill() => process.Kill();

        /// <summary>Presses "Try it" on the start page.</summary>
        public async Task<string> TryItAsync()
        {
            var cookies = new CookieContainer();
            using var http = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = address };
            var page = await http.GetStringAsync("/", Token);
            using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", WebUtility.HtmlDecode(AntiforgeryToken().Match(page).Groups["token"].Value))]);
            using var answer = await http.PostAsync("/account/try", form, Token);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            return cookies.GetCookieHeader(address);
        }

        public void Dispose()
        {
            if (!process.HasExited)
                process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        [GeneratedRegex("(?<=Now listening on: )http://127\\.0\\.0\\.1:[0-9]+", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Listening();

        [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex AntiforgeryToken();
    }
}
