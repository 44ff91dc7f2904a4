using System.Globalization;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Generation;

/// <summary>
/// Random runs of everything that can happen to jobs, in any order, with tokens that are old, workers that vanish and clocks that jump. After each
/// step the books are audited and held against the jobs. <c>CANVAS_SEED=123</c> runs one again, <c>CANVAS_SEEDS=100</c> runs many.
/// </summary>
public sealed class QueueRandomTests(PostgreSqlServer server)
{
    private const int Steps = 70;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Whatever_happens_to_jobs_the_books_agree_with_them(DatabaseKind kind)
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable("CANVAS_SEED"), CultureInfo.InvariantCulture, out var one) ? one : 1;
        var count = int.TryParse(Environment.GetEnvironmentVariable("CANVAS_SEEDS"), CultureInfo.InvariantCulture, out var many) ? many : 2;
        for (var seed = first; seed < first + count; seed++)
        {
            var story = new List<string>();
            try
            {
                await RunAsync(kind, seed, story);
            }
            catch (Exception error)
            {
                TestContext.Current.SendDiagnosticMessage($"CANVAS_SEED={seed} on {kind}");
                throw new InvalidOperationException($"CANVAS_SEED={seed} on {kind} failed after:\n{string.Join('\n', story)}", error);
            }
        }
    }

    private async Task RunAsync(DatabaseKind kind, int seed, List<string> story)
    {
        var random = new Random(seed);
        await using var lab = await GenerationLab.OpenAsync(kind, server, ("Generation:MaxQueuedPerUser", "4"), ("Generation:MaxRunningPerUser", "2"));
        var frame = await lab.AddFrameAsync();
        NodeId[] tiles = [await lab.AddTileAsync(1000, 0, 64), await lab.AddTileAsync(2000, 0, 64, shade: 90)];
        PictureOperation?[] operations =
        [
            null, null, new(OperationKind.Variation, [tiles[0]], Eta: 0.5), new(OperationKind.Interpolation, tiles), new(OperationKind.TextDiff, [tiles[1]], "a hen"), new(OperationKind.Upscale, [tiles[0]]),
        ];
        string[] people = [BoardSite.Ann, BoardSite.Bob];
        foreach (var person in people)
            await lab.BalanceAsync(person);
        var requests = new List<(string User, string Id, string Job)>();
        var leases = new List<(string Worker, Job Job)>();
        for (var step = 0; step < Steps; step++)
        {
            var act = random.Next(12);
            story.Add(string.Create(CultureInfo.InvariantCulture, $"{step}: act {act}"));
            switch (act)
            {
                case 0 or 1 or 2:
                    var user = people[random.Next(2)];
                    var id = RandomId.New();
                    var settings = new FrameSettings("a fox", Count: random.Next(1, 5));
                    var operation = operations[random.Next(operations.Length)];
                    if (await (operation is null ? lab.AskAsync(user, frame, settings, id) : lab.OperateAsync(user, frame, operation, settings, id)) is GenerationOutcome.Accepted accepted)
                        requests.Add((user, id, accepted.Job.Id));
                    break;
                case 3 when requests.Count > 0:
                    var again = requests[random.Next(requests.Count)];
                    Assert.Equal(again.Job, (await lab.AskWellAsync(again.User, frame, requestId: again.Id)).Id);
                    Assert.Equal(again.Job, (await lab.OperateWellAsync(again.User, frame, new(OperationKind.Upscale, [tiles[1]]), requestId: again.Id)).Id);
                    break;
                case 4 or 5:
                    var worker = "worker-" + random.Next(3);
                    if (await lab.LeaseAsync(worker) is { } leased)
                        leases.Add((worker, leased));
                    break;
                case 6 when leases.Count > 0:
                    var beating = leases[random.Next(leases.Count)];
                    await lab.Queue.HeartbeatAsync(beating.Worker, [new(beating.Job.Id, beating.Job.Attempt)], Token);
                    break;
                case 7 when leases.Count > 0:
                    // Some of these are long lost, and must change nothing.
                    var done = leases[random.Next(leases.Count)].Job;
                    var before = await lab.RowAsync(done.Id);
                    var stored = random.Next(5) == 0 || await lab.StoreAsync(done);
                    var taken = await lab.CompleteAsync(done);
                    Assert.True(stored || !taken || before.State == JobState.Succeeded);
                    if (!before.IsLeasedAs(done.Attempt) && before.State != JobState.Succeeded)
                        Assert.False(taken, "an old token was taken");
                    break;
                case 8 when leases.Count > 0:
                    await lab.FailAsync(leases[random.Next(leases.Count)].Job, random.Next(3) > 0, random.Next(3) == 0 ? "worker_stopped" : "model_failed");
                    break;
                case 9 when requests.Count > 0:
                    var unwanted = requests[random.Next(requests.Count)];
                    await lab.Orders.CancelAsync(unwanted.User, unwanted.Job, Token);
                    break;
                case 10:
                    lab.Time.Advance(TimeSpan.FromSeconds(random.Next(20) == 0 ? 3600 * 25 : random.Next(40)));
                    break;
                case 11:
                    if (random.Next(2) == 0)
                        await lab.Queue.ShortenLeasesAsync("worker-" + random.Next(3), TimeSpan.FromSeconds(random.Next(6)), Token);
                    await lab.Queue.SweepAsync(Token);
                    break;
            }

            await CheckAsync(lab);
        }

        // Whatever is still open can be brought to its end: nothing is stuck.
        for (var round = 0; round < 200; round++)
        {
            while (await lab.LeaseAsync("last") is { } job)
                await lab.FinishAsync(job);
            lab.Time.Advance(TimeSpan.FromSeconds(31));
            if (await lab.Queue.SweepAsync(Token) == 0 && await OpenAsync(lab) == 0)
                break;
        }

        Assert.Equal(0, await OpenAsync(lab));
        await CheckAsync(lab);
    }

    private static async Task CheckAsync(GenerationLab lab)
    {
        await lab.CheckAsync();

        // Revenue is what succeeded, to the credit.
        var audit = await lab.Get<LedgerAuditor>().AuditAsync(Token);
        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        var paid = await db.Set<Job>().Where(static job => job.State == JobState.Succeeded).SumAsync(static job => job.Price, Token);
        Assert.Equal(paid, audit.Balances.GetValueOrDefault(LedgerAccount.Revenue));
    }

    private static async Task<int> OpenAsync(GenerationLab lab)
    {
        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        return await db.Set<Job>().CountAsync(static job => job.State == JobState.Queued || job.State == JobState.Running, Token);
    }
}
