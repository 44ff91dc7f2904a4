using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Generation;

/// <summary>A database with a board, people and a model, and short names for what tests do with them. No background service runs: the test does it.</summary>
internal sealed class GenerationLab : IAsyncDisposable
{
    public const string Model = "test-model";
    public const string Space = "test-space";

    private readonly TestDatabase _database;
    private long _clientSeq;

    private GenerationLab(TestDatabase database, string boardId)
    {
        _database = database;
        BoardId = boardId;
    }

    public static ModelDescription Description { get; } = new()
    {
        Name = Model,
        Family = "test",
        Tasks = [JobTask.TextToImage, JobTask.Inpaint, JobTask.Variation, JobTask.Interpolation, JobTask.TextDiff, JobTask.Upscale],
        NativeArea = 64 * 64,
        SizeMultiple = 16,
        MinSide = 32,
        MaxSide = 256,
        DefaultSteps = 10,
        DefaultGuidance = 4,
        DefaultScheduler = "ddim",
        Schedulers = ["ddim", "euler"],
        MaxSteps = 100,
        TakesEmbeddings = true,
        HasPrior = true,
        UpscaleFactor = 4,
        EmbeddingSpace = Space,
    };

    public string BoardId { get; }

    public ManualTime Time => _database.Time;

    public IServiceProvider Services => _database.Services;

    public JobOrders Orders => Get<JobOrders>();

    public JobQuestions Questions => Get<JobQuestions>();

    public ResultDesk Desk => Get<ResultDesk>();

    public JobQueue Queue => Get<JobQueue>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<GenerationLab> OpenAsync(DatabaseKind kind, PostgreSqlServer server, params (string Key, string Value)[] settings)
    {
        var database = await TestDatabase.CreateAsync(kind, server, builder =>
        {
            builder.Configuration.AddInMemoryCollection(settings.ToDictionary(static setting => setting.Key, static setting => (string?)setting.Value));
            builder.Configuration["Inference:Mode"] = "External";
            builder.Configuration["Inference:Key"] = "a-key-of-the-tests-and-of-nobody-else";
            BoardSite.AddServices(builder);
        });
        await BoardSite.AddPeopleAsync(database.Contexts);
        var lab = new GenerationLab(database, await BoardSite.AddBoardAsync(database.Services));
        await lab.Get<ModelRegistry>().AnnounceAsync([Description], Token);
        return lab;
    }

    public T Get<T>()
        where T : notnull => _database.Services.GetRequiredService<T>();

    public async Task<NodeId> AddFrameAsync(double x = 0, double y = 0, double side = 64)
    {
        var id = new NodeId(RandomId.New());
        await SubmitAsync(new FrameAdd(id, new(x, y, side, side), OrderKey.Between(null, null, new("lab"))));
        return id;
    }

    /// <summary>A picture of one colour on the board.</summary>
    /// <param name="of">What it says to be.</param>
    public async Task<NodeId> AddTileAsync(double x, double y, int side, byte shade = 200, ResultRef? of = null)
    {
        var picture = new PixelImage(side, side);
        picture.Rgba.AsSpan().Fill(shade);
        for (var i = 3; i < picture.Rgba.Length; i += 4)
            picture.Rgba[i] = 255;
        var content = await Get<TileStore>().AddAsync(picture, TileOrigin.Upload, BoardSite.Ann, Token);
        var id = new NodeId(RandomId.New());
        await SubmitAsync(new TileAdd(id, new(x, y, side, side), OrderKey.Between(null, null, new("lab")), content with { Job = of?.Job, Image = of?.Image }));
        return id;
    }

    public async Task SubmitAsync(BoardOp op)
    {
        var result = await Get<BoardHost>().SubmitAsync(BoardId, new(BoardSite.Ann), BoardRole.Owner, [new ClientOp(new("lab"), ++_clientSeq, op)], Token);
        Assert.Null(result.Outcomes[0].Refusal);
    }

    public Task<GenerationOutcome> AskAsync(string userId, NodeId frame, FrameSettings? settings = null, string? requestId = null, ResultRef? variationOf = null) =>
        Orders.RequestAsync(new GenerationOrder(userId, BoardId, frame, settings ?? new("a fox in the snow", Count: 2), requestId ?? RandomId.New(), variationOf), Token);

    public async Task<JobView> AskWellAsync(string userId, NodeId frame, FrameSettings? settings = null, string? requestId = null, ResultRef? variationOf = null) =>
        Assert.IsType<GenerationOutcome.Accepted>(await AskAsync(userId, frame, settings, requestId, variationOf)).Job;

    public async Task<GenerationRefusal> AskInVainAsync(string userId, NodeId frame, FrameSettings? settings = null, string? requestId = null, ResultRef? variationOf = null) =>
        Assert.IsType<GenerationOutcome.Refused>(await AskAsync(userId, frame, settings, requestId, variationOf)).Refusal;

    public Task<GenerationOutcome> OperateAsync(string userId, NodeId frame, PictureOperation operation, FrameSettings? settings = null, string? requestId = null) =>
        Orders.RequestAsync(new GenerationOrder(userId, BoardId, frame, settings ?? new("a hen", Count: 1), requestId ?? RandomId.New(), Operation: operation), Token);

    public async Task<JobView> OperateWellAsync(string userId, NodeId frame, PictureOperation operation, FrameSettings? settings = null, string? requestId = null) =>
        Assert.IsType<GenerationOutcome.Accepted>(await OperateAsync(userId, frame, operation, settings, requestId)).Job;

    public async Task<GenerationRefusal> OperateInVainAsync(string userId, NodeId frame, PictureOperation operation, FrameSettings? settings = null) =>
        Assert.IsType<GenerationOutcome.Refused>(await OperateAsync(userId, frame, operation, settings)).Refusal;

    public Task<Job?> LeaseAsync(string worker = "worker-1") => Queue.LeaseAsync(worker, new HashSet<string>(StringComparer.Ordinal) { Model }, Token);

    public async Task<Job> LeaseWellAsync(string worker = "worker-1") => Assert.IsType<Job>(await LeaseAsync(worker));

    /// <summary>Uploads every picture, without the pixels.</summary>
    public async Task<bool> StoreAsync(Job job, int? attempt = null)
    {
        for (var image = 0; image < job.Count; image++)
        {
            if (!await Queue.StoreAsync(new(job.Id, attempt ?? job.Attempt), image, ContentOf(job.Id, image), note: null, Token))
                return false;
        }

        return true;
    }

    /// <param name="seen">What the encoder says of each picture.</param>
    public Task<bool> CompleteAsync(Job job, int? attempt = null, Func<int, (double? Similarity, byte[]? Embedding)>? seen = null)
    {
        var area = new PixelArea(0, 0, (int)job.Plan.Placement.Width, (int)job.Plan.Placement.Height);
        return Queue.CompleteAsync(
            new()
            {
                JobId = job.Id,
                Attempt = attempt ?? job.Attempt,
                Pictures = [.. Enumerable.Range(0, job.Count).Select(image => new ResultPicture(image, ContentOf(job.Id, image).Sha256, area, 12, seen?.Invoke(image).Similarity, seen?.Invoke(image).Embedding, seen is null ? null : Space))],
                ModelHash = "abc",
            },
            Token);
    }

    public async Task<JobView> FinishAsync(Job job, Func<int, (double? Similarity, byte[]? Embedding)>? seen = null)
    {
        Assert.True(await StoreAsync(job));
        Assert.True(await CompleteAsync(job, seen: seen));
        return await ViewAsync(job.UserId, job.Id);
    }

    public Task<bool> FailAsync(Job job, bool retry, string code = "model_failed") =>
        Queue.FailAsync(new(job.Id, job.Attempt, code, "The model failed.", retry), Token);

    public async Task<JobView> ViewAsync(string userId, string jobId) => (await Questions.JobsOfAsync(userId, Token)).Single(job => job.Id == jobId);

    public async Task<Job> RowAsync(string jobId)
    {
        await using var db = await _database.Contexts.CreateDbContextAsync(Token);
        return await db.Set<Job>().AsNoTracking().SingleAsync(job => job.Id == jobId, Token);
    }

    public Task<Balance> BalanceAsync(string userId) => Get<Ledger>().BalanceAsync(userId, Token);

    /// <summary>The books are right, and a hold is open exactly where a job is.</summary>
    public async Task CheckAsync()
    {
        Assert.Empty((await Get<LedgerAuditor>().AuditAsync(Token)).Problems);
        await using var db = await _database.Contexts.CreateDbContextAsync(Token);
        var open = await db.Set<Job>().Where(static job => job.State == JobState.Queued || job.State == JobState.Running).OrderBy(static job => job.Id).Select(static job => job.Id).ToListAsync(Token);
        var held = await db.Set<CreditHold>().OrderBy(static hold => hold.JobId).Select(static hold => hold.JobId).ToListAsync(Token);
        Assert.Equal(open.Order(StringComparer.Ordinal), held.Order(StringComparer.Ordinal));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public static TileContent ContentOf(string jobId, int image) => new(FileBlobs.NameOf(System.Text.Encoding.UTF8.GetBytes($"{jobId}/{image}")), 64, 64);
}
