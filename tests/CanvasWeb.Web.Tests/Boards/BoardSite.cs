using System.Security.Claims;
using System.Text.Encodings.Web;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Accounts.Security;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Pictures;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Shell.Events;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tests.Boards;

/// <summary>The boards' part of the site on a real port and a real database; only the sign-in is played: a header says who calls.</summary>
internal sealed class BoardSite : IAsyncDisposable
{
    public const string Ann = "ann-owns-this-board-22";
    public const string Bob = "bob-may-edit-boards-22";
    public const string Vic = "vic-may-only-look-on-2";
    public const string Eve = "eve-is-a-stranger-here";

    private const string WhoHeader = "X-Test-User";

    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private BoardSite(WebApplication app, DirectoryInfo folder)
    {
        _app = app;
        _folder = folder;
        Address = new(app.Urls.First());
    }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    public IDbContextFactory<AppDbContext> Contexts => Services.GetRequiredService<IDbContextFactory<AppDbContext>>();

    public BoardShelf Shelf => Services.GetRequiredService<BoardShelf>();

    public BoardHost Host => Services.GetRequiredService<BoardHost>();

    /// <summary>Adds what boards need, for a test without a port.</summary>
    public static void AddServices(WebApplicationBuilder builder)
    {
        builder.Services.AddLocalization();
        builder.Services.AddSingleton<UserEvents>();
        builder.Services.AddCredits(builder.Configuration);
        builder.Services.AddTiles(builder.Configuration);
        builder.Services.AddGeneration(builder.Configuration);
        builder.Services.AddAudit();
        builder.Services.AddModeration(builder.Configuration);
        builder.Services.AddBoards(builder.Configuration);
        builder.Services.AddProvenance();
        builder.Services.AddPictures(builder.Configuration);
    }

    public static async Task<BoardSite> StartAsync(DatabaseKind kind, PostgreSqlServer server, params (string Key, string Value)[] settings)
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("canvasweb-boards-");
        var all = settings.ToDictionary(static setting => setting.Key, static setting => (string?)setting.Value);
        all["Data:Folder"] = folder.FullName;
        all["Inference:Mode"] = "External";
        all.TryAdd("Inference:Key", "a-key-of-the-tests-and-of-nobody-else");
        if (kind == DatabaseKind.PostgreSql)
            all["Data:PostgreSql"] = await server.CreateDatabaseAsync(token);

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(all);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddData(builder.Configuration);
        builder.Services.AddProblemDetails();
        builder.Services.AddAuthentication("Header").AddScheme<AuthenticationSchemeOptions, HeaderSignIn>("Header", null);
        builder.Services.AddAuthorization();
        AddServices(builder);
        var app = builder.Build();
        app.UseSameOrigin();
        app.MapBoards();
        app.MapTiles();
        app.MapProvenance();
        app.MapGeneration();
        app.MapPictures();
        await app.MigrateDataAsync();
        await app.StartAsync(token);
        var site = new BoardSite(app, folder);
        await AddPeopleAsync(site.Contexts);
        return site;
    }

    public static async Task AddPeopleAsync(IDbContextFactory<AppDbContext> contexts)
    {
        await using var db = await contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        foreach (var id in (string[])[Ann, Bob, Vic, Eve])
            db.Add(new AppUser { Id = id, UserName = id, DisplayName = id[..3], Colour = id[0] % 12, CreatedAt = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero) });
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A board of Ann's that Bob may edit and Vic may see.</summary>
    public static async Task<string> AddBoardAsync(IServiceProvider services)
    {
        var token = TestContext.Current.CancellationToken;
        var id = RandomId.New();
        Assert.Equal(BoardChange.Done, await services.GetRequiredService<BoardShelf>().CreateAsync(Ann, id, "Winter fair", token));
        await using var db = await services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(token);
        db.Add(new BoardMember(id, Bob, BoardRole.Editor, default));
        db.Add(new BoardMember(id, Vic, BoardRole.Viewer, default));
        await db.SaveChangesAsync(token);
        return id;
    }

    public Task<string> AddBoardAsync() => AddBoardAsync(Services);

    /// <param name="userId">Null: nobody is signed in.</param>
    public Task<HubLine> ConnectAsync(string? userId, string? origin = null)
    {
        var headers = new List<KeyValuePair<string, string>>();
        if (userId is not null)
            headers.Add(new(WhoHeader, userId));
        if (origin is not null)
            headers.Add(new("Origin", origin));
        return HubLine.ConnectAsync(new(Address, BoardHub.Path), headers);
    }

    public async Task<(HubLine Line, JoinResult Joined)> JoinAsync(string userId, string boardId, string client, long haveSeq = 0)
    {
        var line = await ConnectAsync(userId);
        return (line, await line.InvokeAsync<JoinResult>("Join", new JoinRequest(boardId, new(client), haveSeq)));
    }

    public async Task<HttpResponseMessage> GetAsync(string? userId, string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (userId is not null)
            request.Headers.Add(WhoHeader, userId);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<HttpResponseMessage> SendAsync(string? userId, HttpRequestMessage request)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
        if (userId is not null)
            request.Headers.Add(WhoHeader, userId);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    private sealed class HeaderSignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var who = Request.Headers[WhoHeader].ToString();
            return Task.FromResult(who.Length == 0
                ? AuthenticateResult.NoResult()
                : AuthenticateResult.Success(new(new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, who)], Scheme.Name)), Scheme.Name)));
        }
    }
}
