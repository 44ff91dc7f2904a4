using System.Diagnostics;
using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Masks;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Provenance;

/// <summary>
/// Bar 5 of issue 4: twenty tiles of a board, made from words, by inpainting and by outpainting with canvas-mini through the site and its worker, are made
/// again and come out to the byte. Every way of asking is taken: the site's own, and the command line with a record and with an exported file.
/// </summary>
public sealed class ReplayTests(PostgreSqlServer server)
{
    private const int Steps = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twenty_tiles_made_by_text_inpaint_and_outpaint_come_out_identical()
    {
        await using var lab = await Lab.OpenAsync(server);

        // 1. A board: two pictures from words; parts of them made anew; both carried on.
        var (left, right) = (await lab.FrameAsync(0, 0), await lab.FrameAsync(600, 0));
        var text = await lab.MakeAsync(left, "a red cube on a beach", count: 4);
        var more = await lab.MakeAsync(right, "a blue sphere in the snow", count: 3);
        await lab.PlaceAsync(text.Results[2], left);
        await lab.PlaceAsync(more.Results[0], right);
        var holes = await lab.MakeAsync(await lab.MaskedFrameAsync(0, 0), "a yellow ball on a beach", count: 4);
        var others = await lab.MakeAsync(await lab.MaskedFrameAsync(600, 0), "a green cone in the snow", count: 3);
        var beyond = await lab.MakeAsync(await lab.FrameAsync(128, 0), "a beach", count: 3);
        var below = await lab.MakeAsync(await lab.FrameAsync(600, 128), "snow", count: 3);
        Assert.Equal([FrameTask.TextToImage, FrameTask.TextToImage, FrameTask.Inpaint, FrameTask.Inpaint, FrameTask.Outpaint, FrameTask.Outpaint], new[] { text, more, holes, others, beyond, below }.Select(static job => job.Task));
        List<ResultRef> made = [.. new[] { text, more, holes, others, beyond, below }.SelectMany(static job => job.Results.Select(result => new ResultRef(job.Id, result.Image)))];
        Assert.Equal(20, made.Count);

        // 2. Each once more through the queue, one job each, while the board hears nothing of it.
        var history = (await lab.Questions.BoardHistoryAsync(BoardSite.Ann, lab.BoardId, null, Token)).Count;
        foreach (var result in made)
        {
            var replay = Assert.IsType<GenerationOutcome.Accepted>(await lab.Orders.ReplayAsync(BoardSite.Ann, result, RandomId.New(), Token)).Job;
            Assert.Equal(1, replay.Price);
            await lab.EndedAsync(replay.Id);
        }

        foreach (var result in made)
        {
            var view = Assert.IsType<ReplayView>(await lab.Get<Replays>().LatestAsync(BoardSite.Ann, result, Token));
            Assert.Equal((JobState.Succeeded, Likeness.Identical, false, false), (view.State, view.Likeness, view.OtherModel, view.OtherMachine));
            var (before, now) = (await lab.RecordAsync(result), await lab.RecordAsync(new(view.Job, 0)));
            Assert.Equal(before.How.Output, now.How.Output);
            Assert.NotEmpty(before.How.Output.PixelsSha256!); // the worker said it
        }

        Assert.Equal(history, (await lab.Questions.BoardHistoryAsync(BoardSite.Ann, lab.BoardId, null, Token)).Count);

        // 3. One of each kind by the command line, from its record; and one from words from nothing but its exported file.
        var folder = Directory.CreateTempSubdirectory("canvasweb-replay-");
        foreach (var job in (JobView[])[text, holes, beyond])
        {
            var path = Path.Combine(folder.FullName, $"{job.Task}.zip");
            using var answer = await lab.Site.GetAsync(BoardSite.Vic, $"/jobs/{job.Id}/results/1/record.zip");
            Assert.Equal("application/zip", answer.Content.Headers.ContentType?.MediaType);
            await File.WriteAllBytesAsync(path, await answer.Content.ReadAsByteArrayAsync(Token), Token);
            var (code, output) = await WorkerProcess.RunAsync("replay", path, "--json");
            Assert.True(code == 0, output);
            using var report = JsonDocument.Parse(output);
            Assert.Equal("identical", report.RootElement.GetProperty("verdict").GetString());
            Assert.Equal((await lab.RecordAsync(new(job.Id, 1))).How.Output.PixelsSha256, report.RootElement.GetProperty("pixelsSha256").GetString());
        }

        var picture = Path.Combine(folder.FullName, "cube.png");
        await File.WriteAllBytesAsync(picture, await lab.ExportAsync(lab.Placed[0]), Token);
        var (exported, said) = await WorkerProcess.RunAsync("replay", picture);
        Assert.True(exported == 0 && said.StartsWith("identical", StringComparison.Ordinal), said);
        folder.Delete(recursive: true);
    }

    /// <summary>A site with its worker, and Ann's board.</summary>
    private sealed class Lab : IAsyncDisposable
    {
        private const int Side = 256;

        private readonly WorkerProcess _worker;
        private long _clientSeq;

        private Lab(BoardSite site, WorkerProcess worker, string boardId)
        {
            Site = site;
            _worker = worker;
            BoardId = boardId;
        }

        public BoardSite Site { get; }

        public string BoardId { get; }

        public List<NodeId> Placed { get; } = [];

        public JobOrders Orders => Get<JobOrders>();

    public JobQuestions Questions => Get<JobQuestions>();

    public ResultDesk Desk => Get<ResultDesk>();

        public static async Task<Lab> OpenAsync(PostgreSqlServer server)
        {
            var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, ("Tiles:CutPatienceMs", "60000"));
            var lab = new Lab(site, await WorkerProcess.ServeAsync(site), await site.AddBoardAsync());
            await lab.Get<Ledger>().GrantAsync("test", BoardSite.Ann, new(1_000), "For the test", "grant", Token);
            await Eventually.HoldsAsync("A worker with canvas-mini", () => lab.Get<ModelRegistry>().Find("canvas-mini") is { Online: true });
            return lab;
        }

        public T Get<T>()
            where T : notnull => Site.Services.GetRequiredService<T>();

        public async Task<NodeId> FrameAsync(double x, double y)
        {
            var id = new NodeId(RandomId.New());
            await SubmitAsync(new FrameAdd(id, new(x, y, Side, Side), OrderKey.Between(null, null, new("lab"))));
            return id;
        }

        /// <summary>A frame whose middle is painted over.</summary>
        public async Task<NodeId> MaskedFrameAsync(double x, double y)
        {
            var frame = await FrameAsync(x, y);
            await SubmitAsync(new MaskPaint(frame, new MaskStroke(StrokeShape.Brush, 60, 0.5, Erase: false, [new(x + 100, y + 128, 1), new(x + 156, y + 128, 1)])));
            return frame;
        }

        public async Task<JobView> MakeAsync(NodeId frame, string prompt, int count)
        {
            var asked = await Orders.RequestAsync(new GenerationOrder(BoardSite.Ann, BoardId, frame, new(prompt, Count: count, Steps: Steps), RandomId.New()), Token);
            Assert.True(asked is GenerationOutcome.Accepted, (asked as GenerationOutcome.Refused)?.Refusal.ToString());
            return await EndedAsync(Assert.IsType<GenerationOutcome.Accepted>(asked).Job.Id);
        }

        public async Task PlaceAsync(JobResultView result, NodeId frame)
        {
            var (id, place) = (new NodeId(RandomId.New()), result.Placement);
            await SubmitAsync(new TileAdd(id, new(place.X, place.Y, place.Width, place.Height), OrderKey.Between(null, null, new("lab")), result.Content));
            await SubmitAsync(new NodeDelete(frame));
            Placed.Add(id);
        }

        public async Task<JobView> EndedAsync(string jobId)
        {
            var patience = Stopwatch.StartNew();
            while (true)
            {
                Assert.True(patience.Elapsed < TimeSpan.FromMinutes(3), $"Job {jobId} does not end.");
                await using (var db = await Site.Contexts.CreateDbContextAsync(Token))
                {
                    var job = await db.Set<Job>().AsNoTracking().SingleAsync(job => job.Id == jobId, Token);
                    if (!job.IsOpen)
                    {
                        Assert.True(job.State == JobState.Succeeded, job.ErrorMessage);
                        return (await Questions.JobsOfAsync(BoardSite.Ann, Token)).Single(view => view.Id == jobId);
                    }
                }

                await Task.Delay(20, Token);
            }
        }

        public async Task<ProvenanceRecord> RecordAsync(ResultRef result) => Assert.IsType<ProvenanceRecord>(await Get<ProvenanceService>().OfAsync(result, Token));

        public async Task<byte[]> ExportAsync(NodeId node)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/boards/{BoardId}/exports")
            {
                Content = JsonContent.Create(new { what = "selection", nodeIds = (string[])[node.Value], format = "png" }),
            };
            using var answer = await Site.SendAsync(BoardSite.Ann, request);
            return await answer.Content.ReadAsByteArrayAsync(Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _worker.DisposeAsync();
            await Site.DisposeAsync();
        }

        private async Task SubmitAsync(BoardOp op)
        {
            var result = await Site.Host.SubmitAsync(BoardId, new(BoardSite.Ann), BoardRole.Owner, [new ClientOp(new("lab"), ++_clientSeq, op)], Token);
            Assert.Null(result.Outcomes[0].Refusal);
        }
    }
}
