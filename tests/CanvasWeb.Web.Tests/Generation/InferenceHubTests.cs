using System.Net;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Previews;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Generation;

/// <summary>From the button to the candidates over real connections: people on one hub, a worker on the other.</summary>
public sealed class InferenceHubTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_frame_becomes_candidates_and_everybody_on_the_board_watches(DatabaseKind kind)
    {
        await using var site = await BoardSite.StartAsync(kind, server);
        var (board, frame) = await AddBoardAsync(site);
        await using var worker = await FakeWorker.ConnectAsync(site);
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "tab-a");
        var (vic, _) = await site.JoinAsync(BoardSite.Vic, board, "tab-v");

        // 1. The button: the worker is told, both people see the job.
        var asked = await ann.InvokeAsync<GenerateResult>("Generate", new GenerateRequest(frame, new("a fox", Count: 2), "press-1"));
        Assert.NotNull(asked.Job);
        await worker.Line.NextAsync(InferenceProtocol.WorkAvailable);
        var lease = await worker.LeaseWellAsync();
        Assert.Equal((asked.Job.Id, 1, "a fox", 2), (lease.JobId, lease.Attempt, lease.Prompt, lease.Count));
        Assert.True((await JobAsync(ann, JobState.Running)).Mine);
        Assert.False((await JobAsync(vic, JobState.Running)).Mine);

        // 2. Previews: one after the other, as each is painted.
        await worker.ReportAsync(lease, 0, 1, FakeWorker.Preview(900, 1));
        foreach (var viewer in (HubLine[])[ann, vic])
        {
            var preview = (await viewer.NextAsync("preview")).Read<PreviewMessage>();
            Assert.Equal((lease.JobId, frame, 0, 1, 10, "image/webp", 900), (preview.Job, preview.FrameId, preview.Image, preview.Step, preview.Steps, preview.Mime, preview.Data.Length));
        }

        // 3. The pictures: tiles are there when the job has succeeded.
        Assert.True(await worker.FinishAsync(lease));
        var done = await JobAsync(vic, JobState.Succeeded);
        Assert.Equal(2, done.Results.Count);
        Assert.NotEqual(done.Results[0].Content.Sha256, done.Results[1].Content.Sha256);
        Assert.NotNull(await site.Services.GetRequiredService<Web.Tiles.TileStore>().FindAsync(done.Results[1].Content.Sha256, Token));
        await ann.DisposeAsync();
        await vic.DisposeAsync();

        // 4. Who comes later finds the candidates.
        var (bob, _) = await site.JoinAsync(BoardSite.Bob, board, "tab-b");
        Assert.Equal(done.Results.Select(static result => result.Content), (await JobAsync(bob, JobState.Succeeded)).Results.Select(static result => result.Content));
        await bob.DisposeAsync();
    }

    [Fact]
    public async Task Cancel_reaches_the_worker_at_once()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server);
        var (board, frame) = await AddBoardAsync(site);
        await using var worker = await FakeWorker.ConnectAsync(site);
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "tab-a");
        var asked = await ann.InvokeAsync<GenerateResult>("Generate", new GenerateRequest(frame, new("a fox"), "press-1"));
        var lease = await worker.LeaseWellAsync();

        Assert.True(await ann.InvokeAsync<bool>("CancelJob", asked.Job!.Id));

        Assert.Equal(new LeaseToken(lease.JobId, 1), (await worker.Line.NextAsync(InferenceProtocol.Cancel)).Read<LeaseToken>());
        using var upload = await worker.UploadAsync(lease, 0, FakeWorker.Picture(8, 8, 1));
        Assert.Equal(HttpStatusCode.Conflict, upload.StatusCode);
        Assert.Equal(JobState.Canceled, (await JobAsync(ann, JobState.Canceled)).State);
        await ann.DisposeAsync();
    }

    [Fact]
    public async Task Inputs_and_results_travel_only_for_the_lease_in_force()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, ("Generation:MaxResultBytes", "4096"));
        var (board, frame) = await AddBoardAsync(site, withTile: true);
        await using var worker = await FakeWorker.ConnectAsync(site);
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "tab-a");
        await ann.InvokeAsync<GenerateResult>("Generate", new GenerateRequest(frame, new("a fox"), "press-1"));
        var lease = await worker.LeaseWellAsync();

        using (var crop = await worker.DownloadAsync(lease, JobInputs.Crop))
            Assert.Equal("PNG"u8.ToArray(), (await crop.Content.ReadAsByteArrayAsync(Token))[1..4]);
        await IsAsync(HttpStatusCode.NotFound, worker.DownloadAsync(lease, "picture"));
        await IsAsync(HttpStatusCode.Conflict, worker.DownloadAsync(lease with { Attempt = 2 }, JobInputs.Crop));
        await IsAsync(HttpStatusCode.Conflict, worker.UploadAsync(lease with { Attempt = 2 }, 0, FakeWorker.Picture(8, 8, 1)));
        await IsAsync(HttpStatusCode.BadRequest, worker.UploadAsync(lease, 0, [1, 2, 3]));
        await IsAsync(HttpStatusCode.RequestEntityTooLarge, worker.UploadAsync(lease, 0, new byte[4097]));
        await IsAsync(HttpStatusCode.Conflict, worker.UploadAsync(lease, 99, FakeWorker.Picture(8, 8, 1)));
        await IsAsync(HttpStatusCode.OK, worker.UploadAsync(lease, 0, FakeWorker.Picture(8, 8, 1)));
        await IsAsync(HttpStatusCode.OK, worker.UploadAsync(lease, 0, FakeWorker.Picture(8, 8, 2)));
        await ann.DisposeAsync();
    }

    [Fact]
    public async Task Without_the_key_no_door_opens()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, ("Inference:Key", "a-key-of-the-owners-own"));
        var hub = new Uri(site.Address, InferenceProtocol.HubPath);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<HubRefusedException>(() => HubLine.ConnectAsync(hub, []))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<HubRefusedException>(() => HubLine.ConnectAsync(hub, [new("Authorization", "Bearer guess")]))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<HubRefusedException>(() => HubLine.ConnectAsync(hub, [new("X-Test-User", BoardSite.Ann)]))).Status);
        using var signedIn = await site.GetAsync(BoardSite.Ann, InferenceProtocol.InputPath("job", 1, JobInputs.Crop));
        Assert.Equal(HttpStatusCode.Unauthorized, signedIn.StatusCode);
        await using var configured = await HubLine.ConnectAsync(hub, [new("Authorization", "Bearer a-key-of-the-owners-own")]);
    }

    [Fact]
    public async Task A_worker_of_another_version_is_told_so_and_one_that_said_nothing_gets_nothing()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server);
        await using var worker = await FakeWorker.ConnectAsync(site, hello: false);

        await Assert.ThrowsAsync<HubErrorException>(worker.LeaseAsync);
        Assert.Contains("version", (await worker.HelloAsync(InferenceProtocol.Version + 1)).Refusal, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HubErrorException>(worker.LeaseAsync);
        Assert.Null((await worker.HelloAsync()).Refusal);
        Assert.Null(await worker.LeaseAsync());
    }

    [Fact]
    public async Task The_next_preview_waits_for_the_viewer_and_is_then_the_newest()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server);
        var (board, frame) = await AddBoardAsync(site);
        await using var worker = await FakeWorker.ConnectAsync(site);
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "tab-a");
        await ann.InvokeAsync<GenerateResult>("Generate", new GenerateRequest(frame, new("a fox", Count: 1), "press-1"));
        var lease = await worker.LeaseWellAsync();

        for (byte step = 1; step <= 6; step++)
            await worker.ReportAsync(lease, 0, step, FakeWorker.Preview(600, step));
        Assert.Equal(1, (await ann.NextAsync("preview")).Read<PreviewMessage>().Step);
        await ann.InvokeAsync("AckPreview", lease.JobId, 1);
        Assert.Equal(6, (await ann.NextAsync("preview")).Read<PreviewMessage>().Step);

        // Who joins in the middle sees the newest at once.
        var (bob, _) = await site.JoinAsync(BoardSite.Bob, board, "tab-b");
        Assert.Equal(6, (await bob.NextAsync("preview")).Read<PreviewMessage>().Step);

        // What is too large or no picture is not passed on.
        await ann.InvokeAsync("AckPreview", lease.JobId, 6);
        await worker.ReportAsync(lease, 0, 7, FakeWorker.Preview(InferenceProtocol.PreviewMaxBytes + 1));
        await worker.ReportAsync(lease, 0, 8, new byte[500]);
        await worker.ReportAsync(lease, 0, 9, FakeWorker.Preview(600, 9));
        Assert.Equal(9, (await ann.NextAsync("preview")).Read<PreviewMessage>().Step);
        await ann.DisposeAsync();
        await bob.DisposeAsync();
    }

    [Fact]
    public async Task A_viewer_that_never_reads_keeps_nothing_from_the_others()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server);
        var (board, frame) = await AddBoardAsync(site);
        await using var worker = await FakeWorker.ConnectAsync(site);
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "tab-a");
        var (deaf, _) = await site.JoinAsync(BoardSite.Bob, board, "tab-b");
        await ann.InvokeAsync<GenerateResult>("Generate", new GenerateRequest(frame, new("a fox", Count: 1, Steps: 100), "press-1"));
        var lease = await worker.LeaseWellAsync();
        deaf.StopReading();

        // Far more than any buffer between here and there holds, if each were sent to the one that does not read.
        for (var step = 1; step <= 100; step++)
        {
            await worker.ReportAsync(lease, 0, step, FakeWorker.Preview(12_000, (byte)step));
            await deaf.StartAsync("AckPreview", lease.JobId, step);
            Assert.Equal(step, (await ann.NextAsync("preview")).Read<PreviewMessage>().Step);
            await ann.InvokeAsync("AckPreview", lease.JobId, step);
        }

        Assert.True(await worker.FinishAsync(lease));
        await JobAsync(ann, JobState.Succeeded);
        await ann.DisposeAsync();
        await deaf.DisposeAsync();
    }

    [Fact]
    public async Task A_worker_that_vanishes_is_replaced_by_the_next_and_the_job_runs_again()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, ("Generation:DisconnectGraceSeconds", "0"), ("Generation:SweepSeconds", "1"));
        var (board, frame) = await AddBoardAsync(site);
        var first = await FakeWorker.ConnectAsync(site);
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "tab-a");
        await ann.InvokeAsync<GenerateResult>("Generate", new GenerateRequest(frame, new("a fox", Count: 1), "press-1"));
        await first.LeaseWellAsync();
        await JobAsync(ann, JobState.Running);
        await first.DisposeAsync();

        await JobAsync(ann, JobState.Queued);
        await using var second = await FakeWorker.ConnectAsync(site);
        var lease = await second.LeaseWellAsync();

        Assert.Equal(2, lease.Attempt);
        Assert.True(await second.FinishAsync(lease));
        await JobAsync(ann, JobState.Succeeded);
        Assert.Equal(49, (await site.Services.GetRequiredService<Web.Credits.Ledger>().BalanceAsync(BoardSite.Ann, Token)).Available.Amount);
        await ann.DisposeAsync();
    }

    private static async Task<JobView> JobAsync(HubLine viewer, JobState state) =>
        (await viewer.NextAsync("jobChanged", call => call.Read<JobView>().State == state)).Read<JobView>();

    private static async Task IsAsync(HttpStatusCode expected, Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        Assert.Equal(expected, answer.StatusCode);
    }

    private static async Task<(string Board, NodeId Frame)> AddBoardAsync(BoardSite site, bool withTile = false)
    {
        var board = await site.AddBoardAsync();
        var frame = new NodeId(RandomId.New());
        var ops = new List<BoardOp> { new FrameAdd(frame, new(0, 0, 64, 64), OrderKey.Between(null, null, new("setup"))) };
        if (withTile)
        {
            var content = await site.Services.GetRequiredService<Web.Tiles.TileStore>().AddAsync(FakeWorker.Picture(64, 64, 90), Web.Tiles.TileOrigin.Upload, BoardSite.Ann, Token);
            ops.Add(new TileAdd(new(RandomId.New()), new(-32, 0, 64, 64), OrderKey.Between(null, null, new("setup")), content));
        }

        var result = await site.Host.SubmitAsync(board, new(BoardSite.Ann), BoardRole.Owner, [.. ops.Select(static (op, i) => new ClientOp(new("setup"), i + 1, op))], Token);
        Assert.All(result.Outcomes, static outcome => Assert.Null(outcome.Refusal));
        return (board, frame);
    }
}
