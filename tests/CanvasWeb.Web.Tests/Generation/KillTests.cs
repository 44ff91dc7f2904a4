using System.Diagnostics;
using System.Globalization;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Generation;

/// <summary>
/// The real site with its real worker (and a tiny model) is killed with -9 again and again, at random points, while somebody goes on pressing
/// the button; some of the kills take the worker alone. In the end every job has ended, and the books agree with the jobs to the credit.
/// <c>CANVAS_KILLS=50</c> is the long run, <c>CANVAS_SEED=7</c> repeats one as far as a race can be repeated.
/// </summary>
public sealed class KillTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task No_kill_loses_or_doubles_a_credit_or_leaves_a_job_stuck(DatabaseKind kind)
    {
        var kills = Read("CANVAS_KILLS", 4);
        var seed = Read("CANVAS_SEED", 1);
        var random = new Random(seed);
        await using var database = await TestDatabase.CreateAsync(kind, server, builder =>
        {
            builder.Configuration["Inference:Mode"] = "External";
            builder.Configuration["Inference:Key"] = "a-key-of-the-tests-and-of-nobody-else";
            BoardSite.AddServices(builder);
        });
        var settings = Settings(database);
        await using var site = new SiteProcess(settings);
        try
        {
            await RunAsync(database, site, kills, random);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"CANVAS_SEED={seed} with {kills} kills on {kind} failed; the site said last:\n{site.Log}", error);
        }
    }

    private static async Task RunAsync(TestDatabase database, SiteProcess site, int kills, Random random)
    {
        // 1. Somebody with a board and a frame, over the front door; the board itself is laid down from here.
        site.Start();
        await site.AnswersAsync();
        await site.SignInAsync();
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        var user = (await db.Set<AppUser>().SingleAsync(static user => user.IsDemo, Token)).Id;
        await database.Services.GetRequiredService<Ledger>().GrantAsync("test", user, new(10_000), "For the test", "grant", Token);
        var board = RandomId.New();
        await database.Services.GetRequiredService<BoardShelf>().CreateAsync(user, board, "Kill me", Token);
        var frames = await DrawAsync(database.Services, user, board);
        await site.AnswersAsync("/readyz");

        // 2. Press and kill.
        var pressed = new List<string>();
        for (var kill = 0; kill < kills; kill++)
        {
            await PressAsync(site, board, frames, pressed, random);
            await Task.Delay(random.Next(1_500), Token);
            if (random.Next(3) == 0)
            {
                site.KillWorker();
                await Task.Delay(random.Next(500), Token);
                continue;
            }

            var worker = site.WorkerId;
            await site.KillAsync();
            await GoneAsync(worker);
            site.Start();
            if (random.Next(4) == 0)
            {
                // Also while it comes up.
                await Task.Delay(random.Next(2_500), Token);
                await site.KillAsync();
                site.Start();
            }
        }

        // 3. What was pressed last and not heard of is pressed again; then everything comes to its end.
        await site.AnswersAsync();
        foreach (var request in pressed.TakeLast(3).ToList())
            await AskAsync(site, board, frames[0], request);
        await EndedAsync(database, site);

        // 4. One job for each press at most, nothing held, revenue is what succeeded.
        var jobs = await db.Set<Job>().AsNoTracking().ToListAsync(Token);
        Assert.Equal(jobs.Count, jobs.Select(static job => job.RequestId).Distinct().Count());
        Assert.All(jobs, job => Assert.Contains(job.RequestId, pressed));
        Assert.Contains(jobs, static job => job.State == JobState.Succeeded && job.Task == JobTask.TextToImage);
        Assert.DoesNotContain(jobs, static job => job.State == JobState.Failed);
        var audit = await database.Services.GetRequiredService<LedgerAuditor>().AuditAsync(Token);
        Assert.Empty(audit.Problems);
        Assert.Equal(jobs.Where(static job => job.State == JobState.Succeeded).Sum(static job => job.Price), audit.Balances.GetValueOrDefault(LedgerAccount.Revenue));
        Assert.Equal(0, audit.Balances.GetValueOrDefault(LedgerAccount.Held(user)));
        Assert.Empty(await db.Set<CreditHold>().ToListAsync(Token));
        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture, $"{kills} kills, {jobs.Count} jobs: {string.Join(", ", jobs.CountBy(static job => job.State).Select(static state => $"{state.Value} {state.Key}"))}; most attempts {jobs.Max(static job => job.Attempt)}"));
    }

    // A frame on the bare board, and one over the edge of a picture: text-to-image and outpainting.
    private static async Task<NodeId[]> DrawAsync(IServiceProvider services, string user, string board)
    {
        var content = await services.GetRequiredService<TileStore>().AddAsync(FakeWorker.Picture(64, 64, 120), TileOrigin.Upload, user, Token);
        NodeId[] frames = [new(RandomId.New()), new(RandomId.New())];
        var order = OrderKey.Between(null, null, new("setup"));
        BoardOp[] ops =
        [
            new FrameAdd(frames[0], new(0, 0, 64, 64), order),
            new TileAdd(new(RandomId.New()), new(500, 0, 64, 64), order, content),
            new FrameAdd(frames[1], new(532, 0, 64, 64), order),
        ];
        var result = await services.GetRequiredService<BoardHost>().SubmitAsync(
            board, new(user), BoardRole.Owner, [.. ops.Select(static (op, i) => new ClientOp(new("setup"), i + 1, op))], Token);
        Assert.All(result.Outcomes, static outcome => Assert.Null(outcome.Refusal));
        return frames;
    }

    // Presses the button a few times; whoever is cut off presses the same button again later.
    private static async Task PressAsync(SiteProcess site, string board, NodeId[] frames, List<string> pressed, Random random)
    {
        // Mostly with a worker there, so that kills fall into its work; sometimes as early as the site answers.
        await site.AnswersAsync(random.Next(4) == 0 ? "/healthz" : "/readyz");
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            pressed.Add(RandomId.New());
            await AskAsync(site, board, frames[random.Next(frames.Length)], pressed[^1]);
        }

        if (random.Next(2) == 0)
            await AskAsync(site, board, frames[0], pressed[random.Next(pressed.Count)]);
    }

    private static async Task AskAsync(SiteProcess site, string board, NodeId frame, string request)
    {
        await using var line = await site.ConnectAsync();
        await line.InvokeAsync<JoinResult>("Join", new JoinRequest(board, new("tab-" + request), 0));
        var answer = await line.InvokeAsync<GenerateResult>("Generate", new GenerateRequest(frame, new("a fox", Count: 2, Steps: 12), request));

        // Until the worker of a new site is there its model is known from before; a full queue is an answer, too.
        Assert.True(answer.Job is not null || answer.Refusal?.Code == GenerationRefusalCodes.QueueFull, answer.Refusal?.Message);
    }

    private static async Task EndedAsync(TestDatabase database, SiteProcess site)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            await using var db = await database.Contexts.CreateDbContextAsync(Token);
            var open = await db.Set<Job>().AsNoTracking().Where(static job => job.State == JobState.Queued || job.State == JobState.Running).ToListAsync(Token);
            if (open.Count == 0)
                return;
            if (patience.Elapsed > TimeSpan.FromMinutes(3))
                Assert.Fail($"{open.Count} jobs are stuck, the first is {open[0].Id}, {open[0].State}, attempt {open[0].Attempt}:\n{site.Log}");
            await Task.Delay(200, Token);
        }
    }

    // The worker notices by its closed standard input.
    private static async Task GoneAsync(int worker)
    {
        try
        {
            using var process = Process.GetProcessById(worker);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await process.WaitForExitAsync(patience.Token);
        }
        catch (ArgumentException)
        {
            // It is gone already, or there never was one.
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Worker {worker} outlives its site.");
        }
    }

    private static Dictionary<string, string> Settings(TestDatabase database)
    {
        // One model alone, so that the worker starts as fast as it can.
        var data = database.Services.GetRequiredService<DataFolder>();
        var model = Directory.CreateDirectory(Path.Combine(data.Path, "models", "canvas-mini-tiny"));
        var source = new DirectoryInfo(Path.Combine(SiteProcess.Repository().FullName, "tests", "golden", "models", "canvas-mini-tiny"));
        foreach (var file in source.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(model.FullName, Path.GetRelativePath(source.FullName, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            file.CopyTo(copy);
        }

        var options = database.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<DataOptions>>().Value;
        return new()
        {
            ["Data:Folder"] = data.Path,
            ["Data:PostgreSql"] = options.PostgreSql,
            ["Inference:Mode"] = "Child",
            ["Inference:Models"] = model.Parent!.FullName,
            ["Generation:LeaseSeconds"] = "8",
            ["Generation:HeartbeatSeconds"] = "1",
            ["Generation:DisconnectGraceSeconds"] = "1",
            ["Generation:SweepSeconds"] = "1",
            ["Generation:MaxQueuedPerUser"] = "100",
        };
    }

    private static int Read(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
