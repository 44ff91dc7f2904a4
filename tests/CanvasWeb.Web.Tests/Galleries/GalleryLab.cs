using System.Text.RegularExpressions;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Galleries;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tests.Tiles;
using CanvasWeb.Web.Tiles;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Galleries;

/// <summary>The whole site with Ann's board, which Bob may edit and Vic may see; pictures on it and jobs behind them are made by the test.</summary>
internal sealed partial class GalleryLab : IAsyncDisposable
{
    public static readonly GallerySettings Settings = new() { Title = "Winter fair", Layout = GalleryLayout.Grid };

    private readonly RunningSite _site;
    private int _nodes;

    private GalleryLab(RunningSite site, string boardId) => (_site, BoardId) = (site, boardId);

    public string BoardId { get; }

    public RunningSite Site => _site;

    public GalleryService Galleries => Get<GalleryService>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<GalleryLab> OpenAsync(DatabaseKind kind, PostgreSqlServer server, params (string Name, string Value)[] settings)
    {
        var site = await RunningSite.StartAsync(kind, server, settings);
        await BoardSite.AddPeopleAsync(site.Services.GetRequiredService<IDbContextFactory<AppDbContext>>());
        return new(site, await BoardSite.AddBoardAsync(site.Services));
    }

    public T Get<T>()
        where T : notnull => _site.Services.GetRequiredService<T>();

    /// <summary>Puts a picture on Ann's board, each with its own pixels.</summary>
    public async Task<(NodeId Node, TileContent Content)> AddTileAsync(PixelImage? picture = null, string? job = null, int? image = null, Transform? at = null)
    {
        var number = ++_nodes;
        var content = await Get<TileStore>().AddAsync(picture ?? TilePictures.Noise(96, 64, number), TileOrigin.Upload, BoardSite.Ann, Token) with { Job = job, Image = image };
        var node = new NodeId($"tile-{number}");
        var add = TilePictures.Add(node.Value, content, at ?? new(number * 100, 0, content.PixelWidth, content.PixelHeight), $"a{number}");
        var result = await Get<BoardHost>().SubmitAsync(BoardId, new(BoardSite.Ann), BoardRole.Owner, [new ClientOp(new("lab"), number, add)], Token);
        Assert.Null(Assert.Single(result.Outcomes).Refusal);
        return (node, content);
    }

    /// <summary>A finished job with one result.</summary>
    /// <param name="writer">Of the prompt; null for who asked.</param>
    /// <param name="film">Of the result.</param>
    /// <param name="under">A tile that it was made over.</param>
    public async Task<(string Job, TileContent Content)> AddJobAsync(string userId, string prompt, JobTask task = JobTask.TextToImage, PixelImage? picture = null, PixelImage? crop = null, WorldRect? cropRect = null, WorldRect? placement = null, string? writer = null, PixelImage? film = null, string? under = null)
    {
        var result = picture ?? TilePictures.Noise(64, 64, prompt.Length + 1000);
        var content = await Get<TileStore>().AddAsync(result, TileOrigin.Job, userId, Token);
        var place = placement ?? new WorldRect(0, 0, result.Width, result.Height);
        var seen = cropRect ?? place;
        var now = _site.Time.GetUtcNow();
        var job = Job.Queue(
            new()
            {
                UserId = userId,
                BoardId = BoardId,
                FrameId = new("frame"),
                RequestId = RandomId.New(),
                Task = task,
                Model = "test-model",
                Settings = FrameSettings.Default with { Prompt = prompt, Seed = 4711, Steps = 12, Count = 1, Scheduler = "ddim", Guidance = 4 },
                Plan = new(FrameTask.TextToImage, place, seen, new((int)seen.Width, (int)seen.Height), new(64, 64), place, 0),
                Price = 1,
                PromptWriter = writer,
                CropSha256 = crop is null ? null : await Get<FileBlobs>().PutAsync(TilePictures.Encode(crop, ImageFormat.Png), Token),
            },
            now);
        job.Lease("worker", now, now);
        job.Succeed(new('a', 64), 1, now);
        var filmed = film is null ? null : await Get<FileBlobs>().PutAsync(TilePictures.Encode(film, ImageFormat.WebP), Token);
        await Get<WriteTransactions>().RunAsync(
            (db, _) =>
            {
                db.Add(job);
                if (under is not null)
                    db.Add(new JobIngredient { JobId = job.Id, Position = 0, Sha256 = under, Role = IngredientRole.Under });
                db.Add(new JobResultRow
                {
                    JobId = job.Id, Image = 0, Sha256 = content.Sha256, PixelWidth = content.PixelWidth, PixelHeight = content.PixelHeight, Attempt = 1,
                    FilmSha256 = filmed, FilmFrames = filmed is null ? 0 : 2,
                    X = place.X, Y = place.Y, Width = place.Width, Height = place.Height,
                });
                return Task.CompletedTask;
            },
            Token);
        return (job.Id, content);
    }

    /// <summary>Ann's gallery of all that lies on her board, with a link.</summary>
    public async Task<(string Id, string Token)> ShareAsync(GallerySettings? settings = null)
    {
        var id = RandomId.New();
        Assert.Equal(GalleryChange.Done, await Galleries.CreateAsync(BoardSite.Ann, id, settings ?? Settings, Token));
        Assert.Equal(GalleryChange.Done, await Galleries.AddTilesAsync(BoardSite.Ann, id, BoardId, null, Token));
        return (id, Assert.IsType<string>(await Galleries.NewLinkAsync(BoardSite.Ann, id, Token)));
    }

    public async Task<GalleryDetails> FindAsync(string id) => Assert.IsType<GalleryDetails>(await Galleries.FindAsync(BoardSite.Ann, id, Token));

    /// <summary>As somebody without a cookie.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, string? accept = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _site.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);
        return await http.SendAsync(request, Token);
    }

    /// <summary>Every address below the gallery that a page names.</summary>
    public static IReadOnlyList<string> AddressesIn(string html) => [.. Address().Matches(html).Select(static match => match.Value).Distinct(StringComparer.Ordinal)];

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [GeneratedRegex("""/g/[\w-]{43}[\w./-]*""", RegexOptions.None, 10_000)]
    private static partial Regex Address();
}
