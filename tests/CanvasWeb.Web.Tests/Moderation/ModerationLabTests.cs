using CanvasWeb.Canvas.Document;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Moderation.Pictures;
using CanvasWeb.Web.Moderation.Refusals;
using CanvasWeb.Web.Moderation.Reports;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using Microsoft.EntityFrameworkCore;
using Refusal = CanvasWeb.Web.Moderation.Refusals.Refusal;

namespace CanvasWeb.Web.Tests.Moderation;

/// <summary>Prompts, pictures and reports against real queues and books.</summary>
public sealed class ModerationLabTests(PostgreSqlServer server)
{
    private const string Admin = "an-admin-of-the-tests2";
    private static readonly PictureScores s_harmless = new(0.9, 0.02, 0.05, 0.02, 0.01, 40);
    private static readonly PictureScores s_explicit = new(0.01, 0.02, 0.01, 0.95, 0.01, 40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_refused_prompt_costs_nothing_says_why_and_is_allowed_after_an_appeal_to_this_person_alone(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        var before = await lab.BalanceAsync(BoardSite.Ann);

        // 1. Refused twice: one and the same refusal, no job, no hold.
        var refusal = await lab.AskInVainAsync(BoardSite.Ann, frame, new("a decapitated statue", Count: 2));
        var again = await lab.AskInVainAsync(BoardSite.Ann, frame, new("A  DECAPITATED statue!", Count: 1));
        Assert.Equal((GenerationRefusalCodes.PromptRefused, "gore"), (refusal.Code, refusal.Category));
        Assert.Equal(["decapitated"], refusal.Words);
        Assert.NotNull(refusal.RefusalId);
        Assert.Equal(refusal.RefusalId, again.RefusalId);
        Assert.Equal(before, await lab.BalanceAsync(BoardSite.Ann));
        await lab.CheckAsync();

        // 2. An appeal is the person's own, and is answered once.
        var book = lab.Get<RefusalBook>();
        Assert.False(await book.AppealAsync(BoardSite.Bob, refusal.RefusalId, "mine", Token));
        Assert.True(await book.AppealAsync(BoardSite.Ann, refusal.RefusalId, "The statue is antique.", Token));
        Assert.Equal(1, await book.WaitingAsync(Token));
        Assert.Equal("The statue is antique.", Assert.Single(await book.ForAdminAsync(all: false, Token)).Refusal.AppealText);
        Assert.Equal(RefusalAnswer.Done, await book.AnswerAsync(Admin, refusal.RefusalId, allow: true, "Of course.", Token));
        Assert.False(await book.AppealAsync(BoardSite.Ann, refusal.RefusalId, "again", Token));

        // 3. The person is told until they have looked; the prompt works for them and for nobody else.
        Assert.Equal(1, await book.NewsOfAsync(BoardSite.Ann, Token));
        await book.SeenAsync(BoardSite.Ann, Token);
        Assert.Equal(0, await book.NewsOfAsync(BoardSite.Ann, Token));
        await lab.AskWellAsync(BoardSite.Ann, frame, new("a decapitated statue", Count: 1));
        Assert.Equal(GenerationRefusalCodes.PromptRefused, (await lab.AskInVainAsync(BoardSite.Bob, frame, new("a decapitated statue"))).Code);
        await lab.CheckAsync();
    }

    [Fact]
    public async Task Negative_prompts_are_read_too_and_a_job_cannot_be_varied_past_the_policy()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        var frame = await lab.AddFrameAsync();

        Assert.Equal("sexual", (await lab.AskInVainAsync(BoardSite.Ann, frame, new("a fox", NegativePrompt: "porn"))).Category);

        var desk = ActivatorUtilities.CreateInstance<Web.Moderation.Prompts.PolicyDesk>(lab.Services);

        // The prompt of a variation comes from the job that it varies: what was allowed yesterday is asked about again.
        var job = await lab.AskWellAsync(BoardSite.Ann, frame, new("a fox at the megacorp tower", Count: 1));
        await lab.FinishAsync(await lab.LeaseWellAsync());
        Assert.Null(await desk.AddAsync(Admin, "brands", "megacorp*", Token));
        Assert.Equal("brands", (await lab.AskInVainAsync(BoardSite.Ann, frame, new("", Count: 1), variationOf: new(job.Id, 0))).Category);
    }

    [Fact]
    public async Task More_refusals_than_are_kept_are_refused_without_an_id()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server, ("Moderation:MaxRefusalsPerDay", "2"));
        var frame = await lab.AddFrameAsync();

        Assert.NotNull((await lab.AskInVainAsync(BoardSite.Ann, frame, new("porn one"))).RefusalId);
        Assert.NotNull((await lab.AskInVainAsync(BoardSite.Ann, frame, new("porn two"))).RefusalId);
        Assert.Null((await lab.AskInVainAsync(BoardSite.Ann, frame, new("porn three"))).RefusalId);
        lab.Time.Advance(TimeSpan.FromDays(2));
        Assert.NotNull((await lab.AskInVainAsync(BoardSite.Ann, frame, new("porn three"))).RefusalId);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task What_the_classifier_finds_is_kept_back_and_not_paid_for_and_comes_back_when_an_admin_says_so(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var before = (await lab.BalanceAsync(BoardSite.Ann)).Available.Amount;
        var asked = await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync(), new("a fox", Count: 3));
        var job = await lab.LeaseWellAsync();
        var tiles = await StoreTilesAsync(lab, job, [s_harmless, s_explicit, s_harmless]);
        await CompleteAsync(lab, job, tiles);

        // 1. Two of three are shown and paid for.
        var view = await lab.ViewAsync(BoardSite.Ann, job.Id);
        Assert.Equal((JobState.Succeeded, 1), (view.State, view.Withheld));
        Assert.Equal([0, 2], view.Results.Select(static result => result.Image));
        Assert.Equal(asked.Price * 2 / 3, view.Price);
        Assert.Equal(before - view.Price, (await lab.BalanceAsync(BoardSite.Ann)).Available.Amount);
        await lab.CheckAsync();

        // 2. The third is nowhere.
        Assert.Null(await lab.Get<TileStore>().FindAsync(tiles[1].Sha256, Token));
        Assert.NotNull(await lab.Get<TileStore>().FindAsync(tiles[0].Sha256, Token));
        Assert.False(await lab.Desk.AcceptAsync(BoardSite.Ann, job.Id, [1], Token));

        // 3. Appealed and allowed: it is among the results, and costs nothing more.
        var book = lab.Get<RefusalBook>();
        var refusal = Assert.Single(await book.OfAsync(BoardSite.Ann, Token));
        Assert.Equal((RefusalKind.Result, 1, "porn", "0.95"), (refusal.Kind, refusal.Image, refusal.Category, refusal.Words));
        Assert.True(await book.AppealAsync(BoardSite.Ann, refusal.Id, "", Token));
        Assert.Equal(RefusalAnswer.Done, await book.AnswerAsync(Admin, refusal.Id, allow: true, "", Token));
        Assert.Equal([0, 1, 2], (await lab.ViewAsync(BoardSite.Ann, job.Id)).Results.Select(static result => result.Image));
        Assert.NotNull(await lab.Get<TileStore>().FindAsync(tiles[1].Sha256, Token));
        Assert.Equal(before - view.Price, (await lab.BalanceAsync(BoardSite.Ann)).Available.Amount);

        // 4. And back again.
        Assert.Equal(RefusalAnswer.Done, await book.AnswerAsync(Admin, refusal.Id, allow: false, "", Token));
        Assert.Null(await lab.Get<TileStore>().FindAsync(tiles[1].Sha256, Token));
        Assert.Equal(1, (await lab.ViewAsync(BoardSite.Ann, job.Id)).Withheld);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, "Withhold")]
    [InlineData(DatabaseKind.Sqlite, "Off")]
    [InlineData(DatabaseKind.PostgreSql, "Flag")]
    public async Task A_hidden_picture_that_is_made_again_is_withheld_and_not_paid_for_and_comes_back_with_all_its_copies(DatabaseKind kind, string action)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server, ("Moderation:Pictures:Results", action));
        var frame = await lab.AddFrameAsync();
        var first = await MakeAsync();
        var hidden = first.Results.Single(static result => result.Image == 0).Content.Sha256;
        await lab.Get<WriteTransactions>().RunAsync(
            (db, token) => HiddenPictures.HideAsync(db, new() { Sha256 = hidden, Because = HiddenBecause.Admin, CreatedAt = lab.Time.GetUtcNow() }, token), Token);
        await lab.Get<HiddenPictures>().ReadAsync(Token);
        Assert.Equal([1], (await lab.ViewAsync(BoardSite.Ann, first.Id)).Results.Select(static result => result.Image));

        // 1. The same bytes again: one of two is shown, and half is paid.
        var before = (await lab.BalanceAsync(BoardSite.Ann)).Available.Amount;
        var second = await MakeAsync();
        Assert.Equal((JobState.Succeeded, 1, first.Price / 2), (second.State, second.Withheld, second.Price));
        Assert.Equal(before - second.Price, (await lab.BalanceAsync(BoardSite.Ann)).Available.Amount);
        await lab.CheckAsync();

        // 2. Its record and film are for nobody.
        var provenance = lab.Get<ProvenanceService>();
        Assert.NotNull(await provenance.OfAsync(BoardSite.Ann, new ResultRef(second.Id, 1), Token));
        Assert.Null(await provenance.OfAsync(BoardSite.Ann, new ResultRef(second.Id, 0), Token));
        Assert.Null(await provenance.OfAsync(BoardSite.Ann, new ResultRef(first.Id, 0), Token));

        // 3. The second look is about the picture: allowed, it is back in both jobs.
        var refusal = Assert.Single(await lab.Get<RefusalBook>().OfAsync(BoardSite.Ann, Token));
        Assert.Equal((PictureJudge.Known, second.Id), (refusal.Category, refusal.JobId));
        Assert.Equal(RefusalAnswer.Done, await lab.Get<RefusalBook>().AnswerAsync(Admin, refusal.Id, allow: true, "", Token));
        Assert.Equal(2, (await lab.ViewAsync(BoardSite.Ann, first.Id)).Results.Count);
        Assert.Equal(2, (await lab.ViewAsync(BoardSite.Ann, second.Id)).Results.Count);
        Assert.NotNull(await provenance.OfAsync(BoardSite.Ann, new ResultRef(first.Id, 0), Token));

        async Task<JobView> MakeAsync()
        {
            await lab.AskWellAsync(BoardSite.Ann, frame, new("a fox", Count: 2));
            var job = await lab.LeaseWellAsync();
            await CompleteAsync(lab, job, await StoreTilesAsync(lab, job, [s_harmless, s_harmless]));
            return await lab.ViewAsync(BoardSite.Ann, job.Id);
        }
    }

    [Fact]
    public async Task A_job_of_which_nothing_is_left_costs_nothing_and_says_why()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        var before = await lab.BalanceAsync(BoardSite.Ann);
        await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync(), new("a fox", Count: 2));
        var job = await lab.LeaseWellAsync();
        await CompleteAsync(lab, job, await StoreTilesAsync(lab, job, [s_explicit, s_explicit]));

        var view = await lab.ViewAsync(BoardSite.Ann, job.Id);
        Assert.Equal((JobState.Failed, "results_withheld", 0L), (view.State, view.Error?.Code, view.Price));
        Assert.Equal(before, await lab.BalanceAsync(BoardSite.Ann));
        await lab.CheckAsync();
    }

    [Theory]
    [InlineData("Flag", 1, 0)]
    [InlineData("Off", 0, 0)]
    [InlineData("Withhold", 0, 1)]
    public async Task The_site_decides_what_follows_from_the_scores(string action, int reports, int withheld)
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server, ("Moderation:Pictures:Results", action));
        await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync(), new("a fox", Count: 1));
        var job = await lab.LeaseWellAsync();
        await CompleteAsync(lab, job, await StoreTilesAsync(lab, job, [s_explicit]));

        Assert.Equal(withheld, (await lab.ViewAsync(BoardSite.Ann, job.Id)).Withheld);
        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        Assert.Equal(reports, await db.Set<Report>().CountAsync(static report => report.Reason == ReportReason.Classifier, Token));
    }

    [Fact]
    public async Task Pictures_without_scores_are_shown_unless_the_site_needs_them()
    {
        await using var lax = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lax.AskWellAsync(BoardSite.Ann, await lax.AddFrameAsync(), new("a fox", Count: 1));
        Assert.Single((await lax.FinishAsync(await lax.LeaseWellAsync())).Results);

        await using var strict = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server, ("Moderation:Pictures:NeedScores", "true"));
        await strict.AskWellAsync(BoardSite.Ann, await strict.AddFrameAsync(), new("a fox", Count: 1));
        Assert.Equal(1, (await strict.FinishAsync(await strict.LeaseWellAsync())).Withheld);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_job_with_a_refused_input_ends_before_anything_is_made_and_an_allowed_one_goes_on(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var before = await lab.BalanceAsync(BoardSite.Ann);
        await lab.AddTileAsync(0, 0, 64);
        var frame = await lab.AddFrameAsync(32); // Half on the tile: an outpaint, with a crop.
        await lab.AskWellAsync(BoardSite.Ann, frame, new("a fox", Count: 1));
        var job = await lab.LeaseWellAsync();
        Assert.NotNull(job.CropSha256);

        // A lost lease stops as well, and changes nothing.
        Assert.False(await lab.Queue.JudgeInputsAsync(Inputs(job, s_explicit) with { Attempt = job.Attempt + 1 }, Token));
        Assert.Equal(JobState.Running, (await lab.RowAsync(job.Id)).State);

        Assert.False(await lab.Queue.JudgeInputsAsync(Inputs(job, s_explicit), Token));
        Assert.Equal((JobState.Failed, "input_withheld"), ((await lab.RowAsync(job.Id)).State, (await lab.RowAsync(job.Id)).ErrorCode));
        Assert.Equal(before, await lab.BalanceAsync(BoardSite.Ann));
        await lab.CheckAsync();

        // The same crop again, after an admin has allowed it.
        var book = lab.Get<RefusalBook>();
        var refusal = Assert.Single(await book.OfAsync(BoardSite.Ann, Token));
        Assert.Equal((RefusalKind.Input, job.CropSha256), (refusal.Kind, refusal.Sha256));
        await book.AnswerAsync(Admin, refusal.Id, allow: true, "", Token);
        await lab.AskWellAsync(BoardSite.Ann, frame, new("a fox", Count: 1));
        var second = await lab.LeaseWellAsync();
        Assert.Equal(job.CropSha256, second.CropSha256);
        Assert.True(await lab.Queue.JudgeInputsAsync(Inputs(second, s_explicit), Token));
        Assert.True(await lab.Queue.JudgeInputsAsync(Inputs(second, s_harmless), Token));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_thing_is_reported_once_by_each_and_a_flood_is_stopped(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server, ("Moderation:ReportsPerHour", "2"));
        var queue = lab.Get<ReportQueue>();
        var first = ReportTarget.Gallery(RandomId.New(), BoardSite.Ann);

        Assert.Equal(ReportOutcome.Taken, await queue.AddAsync(first, Reporter.OfUser(BoardSite.Bob), ReportReason.Hate, new string('x', 9_000), Token));
        Assert.Equal(ReportOutcome.TakenBefore, await queue.AddAsync(first, Reporter.OfUser(BoardSite.Bob), ReportReason.Other, "", Token));
        Assert.Equal(ReportOutcome.Taken, await queue.AddAsync(first, Reporter.OfUser(BoardSite.Vic), ReportReason.Other, "", Token));
        Assert.Equal(ReportOutcome.Taken, await queue.AddAsync(ReportTarget.GalleryItem(first.Id, RandomId.New(), BoardSite.Ann, new string('a', 64)), Reporter.OfUser(BoardSite.Bob), ReportReason.Other, "", Token));
        Assert.Equal(ReportOutcome.TooMany, await queue.AddAsync(ReportTarget.Gallery(RandomId.New(), BoardSite.Ann), Reporter.OfUser(BoardSite.Bob), ReportReason.Other, "", Token));
        lab.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(ReportOutcome.Taken, await queue.AddAsync(ReportTarget.Gallery(RandomId.New(), BoardSite.Ann), Reporter.OfUser(BoardSite.Bob), ReportReason.Other, "", Token));
    }

    [Fact]
    public async Task Refusals_go_with_the_account_and_with_time_and_reports_lose_their_name()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        var frame = await lab.AddFrameAsync();
        await lab.AskInVainAsync(BoardSite.Ann, frame, new("porn one"));
        await lab.AskInVainAsync(BoardSite.Bob, frame, new("porn two"));
        await lab.Get<ReportQueue>().AddAsync(ReportTarget.Gallery(RandomId.New(), BoardSite.Bob), Reporter.OfUser(BoardSite.Ann), ReportReason.Other, "", Token);

        await lab.Get<WriteTransactions>().RunAsync((db, token) => RefusalBook.Erasure().EraseAsync(db, BoardSite.Ann, token), Token);
        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        Assert.Equal(BoardSite.Bob, (await db.Set<Refusal>().AsNoTracking().SingleAsync(Token)).UserId);
        var report = await db.Set<Report>().AsNoTracking().SingleAsync(Token);
        Assert.Null(report.ReporterId);
        Assert.DoesNotContain(BoardSite.Ann, report.ReporterKey, StringComparison.Ordinal);

        lab.Time.Advance(TimeSpan.FromDays(181));
        var refresh = Assert.Single(lab.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<ModerationRefresh>());
        Assert.Equal(1, await refresh.SweepAsync(Token));
        Assert.False(await db.Set<Refusal>().AnyAsync(Token));
    }

    private static InputScores Inputs(Job job, PictureScores scores) => new(job.Id, job.Attempt, new Dictionary<string, PictureScores>(StringComparer.Ordinal) { [JobInputs.Crop] = scores });

    // Real tiles, each of another colour: what is hidden is looked for where tiles are shown.
    private static async Task<List<TileContent>> StoreTilesAsync(GenerationLab lab, Job job, PictureScores[] scores)
    {
        var tiles = new List<TileContent>();
        for (var image = 0; image < scores.Length; image++)
        {
            var picture = new Imaging.PixelImage(64, 64);
            picture.Rgba.AsSpan().Fill((byte)(200 + image));
            var tile = await lab.Get<TileStore>().AddAsync(picture, TileOrigin.Job, job.UserId, Token);
            Assert.True(await lab.Queue.StoreAsync(new(job.Id, job.Attempt), image, tile, Note(scores[image]), Token));
            tiles.Add(tile);
        }

        return tiles;
    }

    private static async Task CompleteAsync(GenerationLab lab, Job job, List<TileContent> tiles)
    {
        var area = new PixelArea(0, 0, (int)job.Plan.Placement.Width, (int)job.Plan.Placement.Height);
        Assert.True(await lab.Queue.CompleteAsync(
            new() { JobId = job.Id, Attempt = job.Attempt, Pictures = [.. tiles.Select((tile, image) => new ResultPicture(image, tile.Sha256, area, 12))], ModelHash = "abc" }, Token));
    }

    private static MakerNote Note(PictureScores scores) => new()
    {
        Version = "0",
        Runtime = "0",
        Provider = "cpu",
        CpuClass = "test",
        Threads = 1,
        ModelHash = "abc",
        PixelsSha256 = new string('0', 64),
        Scores = scores,
    };
}
