using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Previews;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Generation;

/// <summary>
/// How late previews are: from the end of a step on the worker to the moment at which a viewer has it, over real connections on the loopback. Prints
/// figures and asserts no times; run by tests/load/previews.sh, never with the other tests.
/// </summary>
public sealed class PreviewLoad(PostgreSqlServer server)
{
    private const int Steps = 150;
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(60);

    [Theory(Explicit = true)]
    [InlineData(1, false)]
    [InlineData(20, false)]
    [InlineData(20, true)]
    public async Task Latency(int viewers, bool isOneDeaf)
    {
        var token = TestContext.Current.CancellationToken;
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server);
        var board = await site.AddBoardAsync();
        var frame = new NodeId(RandomId.New());
        await site.Host.SubmitAsync(board, new(BoardSite.Ann), BoardRole.Owner, [new(new("setup"), 1, new FrameAdd(frame, new(0, 0, 64, 64), OrderKey.Between(null, null, new("setup"))))], token);
        await using var worker = await FakeWorker.ConnectAsync(site);
        var lines = new List<HubLine>();
        for (var i = 0; i < viewers; i++)
            lines.Add((await site.JoinAsync(i % 2 == 0 ? BoardSite.Ann : BoardSite.Bob, board, "tab-" + i.ToString(CultureInfo.InvariantCulture))).Line);
        await lines[0].InvokeAsync<GenerateResult>("Generate", new GenerateRequest(frame, new("a fox", Count: 2, Steps: 100), "press-1"));
        var lease = await worker.LeaseWellAsync();
        var deaf = isOneDeaf ? lines[^1] : null;
        deaf?.StopReading();

        // 1. Who looks paints at once and says so; the one that does not read says so, too, to be sent as much as possible.
        var ended = new ConcurrentDictionary<(int, int), long>();
        var late = new ConcurrentBag<double>();
        var loops = lines.Where(line => line != deaf).Select(line => WatchAsync(line, lease, ended, late)).ToList();

        // 2. Steps at an even pace.
        for (var done = 1; done <= Steps; done++)
        {
            var (image, step) = ((done - 1) / 100, ((done - 1) % 100) + 1);
            ended[(image, step)] = Stopwatch.GetTimestamp();
            await worker.ReportAsync(lease, image, step, FakeWorker.Preview(8_000));
            if (deaf is not null)
                await deaf.StartAsync("AckPreview", lease.JobId, step);
            await Task.Delay(s_step, token);
        }

        Assert.True(await worker.FinishAsync(lease));
        foreach (var line in lines)
            await line.DisposeAsync();
        await Task.WhenAll(loops);
        var sorted = late.Order().ToList();
        Assert.NotEmpty(sorted);
        var seen = (double)sorted.Count / ((viewers - (isOneDeaf ? 1 : 0)) * Steps);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"previews: {viewers,2} viewers, {(isOneDeaf ? "one never reads" : "all read       ")}: p50 {At(sorted, 0.5):0.0} ms, p95 {At(sorted, 0.95):0.0} ms, p99 {At(sorted, 0.99):0.0} ms; {seen:0.0 %} of {Steps} steps seen by each"));
    }

    private static async Task WatchAsync(HubLine line, JobLease lease, ConcurrentDictionary<(int Image, int Step), long> ended, ConcurrentBag<double> late)
    {
        try
        {
            while (true)
            {
                var preview = (await line.NextAsync("preview")).Read<PreviewMessage>();
                late.Add(Stopwatch.GetElapsedTime(ended[(preview.Image, preview.Step)]).TotalMilliseconds);
                await line.InvokeAsync("AckPreview", lease.JobId, preview.Step);
            }
        }
        catch (HubGoneException)
        {
            // The run is over.
        }
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
}
