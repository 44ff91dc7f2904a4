using System.Net;
using System.Text.RegularExpressions;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Web.ApiKeys;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Members;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Galleries;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.OpenAi;
using CanvasWeb.Web.OpenAi.Pictures;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Tests.Accounts;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tests.Security;

/// <summary>
/// The whole site with everybody who may knock: people signed in by its own forms, a board of the owner's with a finished and a waiting job, open and
/// revoked galleries of it, and a key that may nothing.
/// </summary>
internal sealed partial class Cast : IAsyncDisposable
{
    /// <summary>The letters of a row's answers stand in this order. The least powerful ask first, so that what somebody may destroy is there until they do.</summary>
    public static readonly Caller[] Everybody =
        [Caller.Anonymous, Caller.RevokedLink, Caller.KeyWithoutScope, Caller.Stranger, Caller.Viewer, Caller.Commenter, Caller.Editor, Caller.Owner, Caller.Admin];

    private readonly Dictionary<Caller, (string Cookie, string Token)> _browsers = [];
    private readonly Dictionary<Caller, string> _ids = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _revoked = new(StringComparer.Ordinal);
    private string _key = "";

    private Cast(RunningSite site) => Site = site;

    public enum Caller
    {
        Anonymous,

        /// <summary>Nobody who is signed in, with the link of a gallery that its owner has revoked.</summary>
        RevokedLink,

        /// <summary>A program with a key of the owner's that has no scope.</summary>
        KeyWithoutScope,
        Stranger,
        Viewer,
        Commenter,
        Editor,
        Owner,

        /// <summary>Runs the site, and has no part in the board.</summary>
        Admin,
    }

    public RunningSite Site { get; }

    /// <summary>The finished job, which has a film, and one that waits.</summary>
    public string Made { get; private set; } = "";

    /// <summary>A finished edit of a part of the board; empty where the cast was gathered without one.</summary>
    public string Edited { get; private set; } = "";

    public string Waiting { get; private set; } = "";

    /// <summary>The tab whose ops are sent.</summary>
    public string Client { get; set; } = "tab";

    public string BoardId => _names["boardId"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="withEdit">Also with an edit, which hangs in the galleries, and a signed address of a result.</param>
    public static async Task<Cast> GatherAsync(PostgreSqlServer server, DatabaseKind kind = DatabaseKind.Sqlite, bool withEdit = false)
    {
        var cast = new Cast(await RunningSite.StartAsync(kind, server, ("Accounts:RegistrationsPerHour", "100"), ("Generation:MaxQueuedPerUser", "100"), ("Credits:FirstMonth", "1000")));
        try
        {
            await cast.SignEverybodyInAsync();
            await cast.PaintAsync(withEdit);
            await cast.ShareAsync();
            await cast.InviteAsync();
            return cast;
        }
        catch
        {
            await cast.DisposeAsync();
            throw;
        }
    }

    public string IdOf(Caller caller) => _ids[caller];

    /// <summary>What a caller shows at the door, for hubs.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers(Caller caller)
    {
        if (caller == Caller.KeyWithoutScope)
            yield return new("Authorization", "Bearer " + _key);
        else if (_browsers.TryGetValue(caller, out var browser))
            yield return new("Cookie", browser.Cookie);
    }

    /// <summary>An address out of a route, with things of this cast in its places.</summary>
    public string Fill(string route, Caller caller)
    {
        var isLive = route.StartsWith("/g/{token}/live", StringComparison.Ordinal) || route.StartsWith("/g/{token}/t/", StringComparison.Ordinal);
        return Place().Replace(route, place =>
        {
            var name = place.Groups["name"].Value;
            var key = isLive && name == "token" ? "live"
                : (name is "token" or "Token") && route.StartsWith("/join/", StringComparison.Ordinal) ? "invite"
                : name == "item" && route.EndsWith("/before.webp", StringComparison.Ordinal) ? "edited"
                : name == "name" && route.StartsWith(ResultEndpoint.Folder, StringComparison.Ordinal) ? "file"
                : name;
            return caller == Caller.RevokedLink && _revoked.TryGetValue(key, out var gone) ? gone : _names.GetValueOrDefault(key, "1");
        });
    }

    /// <param name="withToken">False: without an antiforgery token, so that who is let in is told so and nothing happens.</param>
    public async Task<HttpResponseMessage> SendAsync(Caller caller, HttpMethod method, string address, HttpContent? content, bool withToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Site.Address };
        using var request = new HttpRequestMessage(method, address) { Content = content };
        foreach (var (name, value) in Headers(caller))
            request.Headers.TryAddWithoutValidation(name, value);
        if (caller == Caller.RevokedLink)
            request.Headers.TryAddWithoutValidation("Cookie", _browsers[Caller.Anonymous].Cookie);
        if (withToken && caller != Caller.KeyWithoutScope)
            request.Headers.TryAddWithoutValidation("RequestVerificationToken", _browsers[caller == Caller.RevokedLink ? Caller.Anonymous : caller].Token);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    /// <summary>A form of the site, filled in and sent by somebody.</summary>
    public async Task<Uri?> PostAsync(Caller caller, string address, params (string Name, string Value)[] fields)
    {
        // A form of a page is never empty: it has its antiforgery token.
        using var form = new FormUrlEncodedContent(fields.Append(("nothing", "1")).Select(static field => KeyValuePair.Create(field.Item1, field.Item2)));
        using var answer = await SendAsync(caller, HttpMethod.Post, address, form, withToken: true);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location;
    }

    public async Task<HttpStatusCode> StatusAsync(Caller caller, string address)
    {
        using var answer = await SendAsync(caller, HttpMethod.Get, address, content: null, withToken: false);
        return answer.StatusCode;
    }

    /// <summary>A new job of the owner's that waits.</summary>
    public async Task<string> AskAsync() => Assert.IsType<GenerationOutcome.Accepted>(await OrderAsync()).Job.Id;

    public Task<GenerationOutcome> OrderAsync(string frame = "f") =>
        Get<JobOrders>().RequestAsync(new GenerationOrder(_ids[Caller.Owner], BoardId, new(frame), new("a fox", Count: 1), RandomId.New(), null), Token);

    public T Get<T>()
        where T : notnull => Site.Services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    private async Task SignEverybodyInAsync()
    {
        // The first account of a fresh site runs it.
        foreach (var caller in (Caller[])[Caller.Admin, Caller.Owner, Caller.Editor, Caller.Commenter, Caller.Viewer, Caller.Stranger])
        {
            using var browser = Site.OpenBrowser();
            await browser.RegisterAsync(caller.ToString().ToLowerInvariant() + "@example.org", name: caller.ToString());
            _ids[caller] = await browser.AccountAsync() ?? throw new InvalidOperationException($"{caller} could not register.");
            _browsers[caller] = (browser.Cookies.Header(Site.Address)!, TokenOf(browser)); // Signed in just now.
        }

        using var nobody = Site.OpenBrowser();
        await nobody.GoAsync("/account/sign-in");
        _browsers[Caller.Anonymous] = (nobody.Cookies.Header(Site.Address)!, TokenOf(nobody)); // The antiforgery cookie.
    }

    private static string TokenOf(TestBrowser browser) => AntiforgeryField().Match(browser.Html).Groups["token"].Value;

    private async Task PaintAsync(bool withEdit)
    {
        // 1. A board, and who may what on it.
        var (owner, board) = (_ids[Caller.Owner], RandomId.New());
        _names["boardId"] = _names["BoardId"] = board;
        Assert.Equal(BoardChange.Done, await Get<BoardShelf>().CreateAsync(owner, board, "Winter fair", Token));
        await using (var db = await Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token))
        {
            db.Add(new BoardMember(board, _ids[Caller.Editor], BoardRole.Editor, default));
            db.Add(new BoardMember(board, _ids[Caller.Commenter], BoardRole.Commenter, default));
            db.Add(new BoardMember(board, _ids[Caller.Viewer], BoardRole.Viewer, default));
            db.Add(new BoardThumbnail { BoardId = board, Content = [1] });
            (await db.Set<Board>().SingleAsync(row => row.Id == board, Token)).ShowThumbnail(new string('a', 64), 1_000);
            var (secret, hash) = SecretToken.New(ApiKeyScheme.Prefix);
            db.Add(ApiKey.Create(owner, "may nothing", secret, hash, [], RandomId.New(), Site.Time.GetUtcNow(), expiresAt: null));
            _key = secret;
            await db.SaveChangesAsync(Token);
        }

        // 2. A picture on it, a finished job, and one that waits.
        await Get<ModelRegistry>().AnnounceAsync([GenerationLab.Description], Token);
        var picture = new PixelImage(64, 64);
        picture.Rgba.AsSpan().Fill(255);
        var content = await Get<TileStore>().AddAsync(picture, TileOrigin.Upload, owner, Token);
        _names["sha256"] = content.Sha256;
        var frame = new FrameAdd(new("f"), new(0, 0, 64, 64), OrderKey.Between(null, null, new("cast")));
        var tile = new TileAdd(new("t"), new(100, 0, 64, 64), OrderKey.Between(null, null, new("cast")), content);
        var painted = await Get<BoardHost>().SubmitAsync(board, new(owner), BoardRole.Owner, [new ClientOp(new("cast"), 1, frame), new ClientOp(new("cast"), 2, tile)], Token);
        Assert.All(painted.Outcomes, static outcome => Assert.Null(outcome.Refusal));
        Made = await AskAsync();
        await FinishAsync(Made, content);
        _names["jobId"] = Made;
        _names["image:int"] = _names["image"] = "0";
        _names["level"] = "0";
        if (withEdit)
            await EditAsync(board, owner);
        Waiting = await AskAsync();
    }

    // A frame half over the tile: its job has a crop, which is what lay there before.
    private async Task EditAsync(string board, string owner)
    {
        var frame = new FrameAdd(new("e"), new(132, 0, 64, 64), OrderKey.Between(null, null, new("cast")));
        var painted = await Get<BoardHost>().SubmitAsync(board, new(owner), BoardRole.Owner, [new ClientOp(new("cast"), 3, frame)], Token);
        Assert.All(painted.Outcomes, static outcome => Assert.Null(outcome.Refusal));
        var picture = new PixelImage(64, 64);
        picture.Rgba.AsSpan().Fill(200);
        Edited = Assert.IsType<GenerationOutcome.Accepted>(await OrderAsync("e")).Job.Id;
        await FinishAsync(Edited, await Get<TileStore>().AddAsync(picture, TileOrigin.Job, owner, Token));

        // An address that works, and one that has run out.
        var (protection, options) = (Get<IDataProtectionProvider>(), Get<IOptions<OpenAiOptions>>());
        _names["file"] = AddressOf(Get<ResultLinks>());
        _revoked["file"] = AddressOf(new(protection, options, new ManualTime(Site.Time.GetUtcNow() - TimeSpan.FromDays(2))));

        string AddressOf(ResultLinks links) => links.Write(Made, 0, ImageFormat.Png, quality: 90, ProvenanceDetail.None) + ".png";
    }

    private async Task FinishAsync(string jobId, TileContent content)
    {
        var queue = Get<JobQueue>();
        var job = await queue.LeaseAsync("worker", new HashSet<string>(StringComparer.Ordinal) { GenerationLab.Model }, Token);
        Assert.Equal(jobId, job?.Id);
        Assert.True(await queue.StoreAsync(new(jobId, job!.Attempt), 0, content, note: null, Token)); // leased above
        var film = await Get<FileBlobs>().PutAsync(ImageEncoder.Encode(new PixelImage(32, 16), new EncodeOptions { Format = ImageFormat.WebP }), Token);
        Assert.True(await queue.StoreFilmAsync(new(jobId, job.Attempt), 0, film, 2, Token));
        var area = new PixelArea(0, 0, (int)job.Plan.Placement.Width, (int)job.Plan.Placement.Height);
        Assert.True(await queue.CompleteAsync(new() { JobId = jobId, Attempt = job.Attempt, Pictures = [new ResultPicture(0, content.Sha256, area, 12)], ModelHash = "abc" }, Token));
    }

    private async Task ShareAsync()
    {
        var (owner, galleries) = (_ids[Caller.Owner], Get<GalleryService>());
        foreach (var (isLive, names, isRevoked) in ((bool, Dictionary<string, string>, bool)[])[(false, _names, false), (true, _names, false), (false, _revoked, true), (true, _revoked, true)])
        {
            var id = RandomId.New();
            var settings = new GallerySettings { Title = "Winter", AllowRemix = true, ShowPrompts = true };
            Assert.Equal(GalleryChange.Done, isLive ? await galleries.CreateLiveAsync(owner, id, BoardId, settings, Token) : await galleries.CreateAsync(owner, id, settings, Token));
            if (!isLive)
                Assert.Equal(GalleryChange.Done, await galleries.AddResultsAsync(owner, id, Edited.Length > 0 ? [new(Made, 0), new(Edited, 0)] : [new(Made, 0)], Token));
            names[isLive ? "live" : "token"] = await galleries.NewLinkAsync(owner, id, Token) ?? throw new InvalidOperationException("No link.");
            var made = await galleries.FindAsync(owner, id, Token) ?? throw new InvalidOperationException("No gallery.");
            if (!isLive)
                (names["item"], names["edited"], names["GalleryId"]) = (made.Items[0].Id, made.Items[^1].Id, id);
            else
                names["name"] = CanvasWeb.Web.Galleries.Live.LiveTileEndpoint.NamesOf(made.Gallery).Hide(_names["sha256"]);
            if (isRevoked)
                Assert.Equal(GalleryChange.Done, await galleries.RevokeAsync(owner, id, Token));
        }

        _revoked.Remove("GalleryId"); // A link opens no page of its owner's.
    }

    private async Task InviteAsync()
    {
        var owner = _ids[Caller.Owner];
        Assert.Equal(MemberChange.Done, await Get<BoardInvites>().MakeAsync(owner, BoardId, RandomId.New(), BoardRole.Viewer, Token));
        var team = await Get<BoardTeam>().ReadAsync(owner, BoardId, Token) ?? throw new InvalidOperationException("No board.");
        _names["invite"] = team.Invites[0].Token ?? throw new InvalidOperationException("No link.");
    }

    [GeneratedRegex("""\{(?<name>[^}]+)\}""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Place();

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*value="(?<token>[^"]+)""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex AntiforgeryField();
}
