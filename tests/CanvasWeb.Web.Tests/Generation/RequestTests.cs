using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Data.Migrations;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles.Drawing;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Generation;

public sealed class RequestTests(PostgreSqlServer server)
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_is_queued_and_its_price_is_held(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        lab.Time.Advance(TimeSpan.FromMinutes(2));

        var job = await lab.AskWellAsync(BoardSite.Ann, frame, new("a fox", Count: 3));

        Assert.Equal((JobState.Queued, 0, 3L, FrameTask.TextToImage), (job.State, job.Place, job.Price, job.Task));
        Assert.True(job.Mine);
        Assert.True(job.WorkerAway, "no worker is connected: the job waits and says so");
        Assert.Equal((GenerationLab.Model, 10, 4d, "ddim"), (job.Settings.Model, job.Settings.Steps, job.Settings.Guidance, job.Settings.Scheduler));
        Assert.NotNull(job.Settings.Seed);
        var balance = await lab.BalanceAsync(BoardSite.Ann);
        Assert.Equal((47L, 3L), (balance.Available.Amount, balance.Held.Amount));
        await lab.CheckAsync();
    }

    [Fact]
    public async Task A_frame_whose_turn_does_not_come_soon_is_refused_and_holds_nothing()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server, ("Tiles:CutPatienceMs", "0"));
        await lab.AddTileAsync(0, 0, 64);
        var frame = await lab.AddFrameAsync(x: 32);
        using (await lab.Get<PixelBudget>().TakeAsync(long.MaxValue, Token))
            Assert.Equal("busy", (await lab.AskInVainAsync(BoardSite.Ann, frame, requestId: "press")).Code);
        Assert.Equal(0, (await lab.BalanceAsync(BoardSite.Ann)).Held.Amount);
        Assert.Equal(FrameTask.Outpaint, (await lab.AskWellAsync(BoardSite.Ann, frame, requestId: "press")).Task);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task More_like_a_picture_and_the_same_once_more_keep_who_wrote_the_prompt(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        async Task<Job> FinishedAsync(JobView job)
        {
            await lab.FinishAsync(await lab.LeaseWellAsync());
            return await lab.RowAsync(job.Id);
        }

        var bobs = await FinishedAsync(await lab.AskWellAsync(BoardSite.Bob, frame, new("a fox", Count: 1)));
        var like = await FinishedAsync(await lab.AskWellAsync(BoardSite.Ann, frame, new("", Count: 1), variationOf: new(bobs.Id, 0)));
        var again = await lab.Orders.ReplayAsync(BoardSite.Ann, new(like.Id, 0), RandomId.New(), Token);
        var made = await FinishedAsync(Assert.IsType<GenerationOutcome.Accepted>(again).Job);
        var back = await FinishedAsync(await lab.AskWellAsync(BoardSite.Bob, frame, new("", Count: 1), variationOf: new(like.Id, 0)));
        Assert.Equal([null, BoardSite.Bob, BoardSite.Bob, null], new[] { bobs, like, made, back }.Select(static job => job.PromptBy));
        Assert.All([bobs, like, made, back], static job => Assert.Equal(BoardSite.Bob, job.PromptWriter));

        // What was made before that was written down is told from where it comes from.
        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        await db.Set<Job>().ExecuteUpdateAsync(static job => job.SetProperty(static job => job.PromptBy, (string?)null), Token);
        await db.Database.ExecuteSqlRawAsync(M0015_PromptAuthor.Authors, Token);
        foreach (var job in (Job[])[bobs, like, made, back])
            Assert.Equal(job.PromptBy, (await lab.RowAsync(job.Id)).PromptBy);
    }

    [Fact]
    public async Task Past_prompts_are_the_latest_first_and_each_once()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        var frame = await lab.AddFrameAsync();
        Assert.Null(await lab.Questions.LatestJobOfAsync(BoardSite.Ann, Token));
        JobView? last = null;
        foreach (var prompt in (string[])["a fox", "a hen", "a fox"])
        {
            last = await lab.AskWellAsync(BoardSite.Ann, frame, new(prompt, Count: 1));
            lab.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(last?.Id, await lab.Questions.LatestJobOfAsync(BoardSite.Ann, Token));
        Assert.Equal(["a fox", "a hen"], await lab.Questions.PromptsOfAsync(BoardSite.Ann, 30, Token));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_same_request_again_is_the_same_job_and_costs_once(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();

        var together = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => lab.AskWellAsync(BoardSite.Ann, frame, requestId: "press-1")));
        var later = await lab.AskWellAsync(BoardSite.Ann, frame, new("something else", Count: 1), "press-1");

        Assert.Single(together.Append(later).Select(static job => job.Id).Distinct());
        Assert.Equal(2, (await lab.BalanceAsync(BoardSite.Ann)).Held.Amount);
        await lab.CheckAsync();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_same_request_id_of_another_person_is_another_job(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();

        var anns = await lab.AskWellAsync(BoardSite.Ann, frame, requestId: "press-1");
        var bobs = await lab.AskWellAsync(BoardSite.Bob, frame, requestId: "press-1");

        Assert.NotEqual(anns.Id, bobs.Id);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Too_few_credits_are_told_with_both_numbers_and_nothing_is_queued(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server, ("Credits:FirstMonth", "3"));
        var frame = await lab.AddFrameAsync();

        var refusal = await lab.AskInVainAsync(BoardSite.Ann, frame, new("a fox", Count: 4));

        Assert.Equal(("not_enough_credits", 4L, 3L), (refusal.Code, refusal.Price, refusal.Available));
        Assert.Equal("You have 3 credits left. This needs 4.", refusal.Message);
        Assert.Empty(await lab.Questions.JobsOfAsync(BoardSite.Ann, Token));
        await lab.CheckAsync();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_cannot_be_made_is_refused_with_its_own_code_and_costs_nothing(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server, ("Generation:MaxPromptLength", "20"));
        var frame = await lab.AddFrameAsync();
        var covered = await lab.AddFrameAsync(1000, 0, 32);
        await lab.AddTileAsync(990, -10, 64);

        async Task RefusesAsync(string code, string user, NodeId where, FrameSettings settings) => Assert.Equal(code, (await lab.AskInVainAsync(user, where, settings)).Code);
        await RefusesAsync("forbidden", BoardSite.Vic, frame, new("a fox"));
        await RefusesAsync("forbidden", BoardSite.Eve, frame, new("a fox"));
        await RefusesAsync("prompt_too_long", BoardSite.Ann, frame, new(new string('a', 21)));
        await RefusesAsync("prompt_too_long", BoardSite.Ann, frame, new("a fox", new string('a', 21)));
        await RefusesAsync("prompt_missing", BoardSite.Ann, frame, new(" "));
        await RefusesAsync("model_missing", BoardSite.Ann, frame, new("a fox", Model: "no-such-model"));
        await RefusesAsync("bad_setting", BoardSite.Ann, frame, new("a fox", Count: 9));
        await RefusesAsync("bad_setting", BoardSite.Ann, frame, new("a fox", Count: 0));
        await RefusesAsync("bad_setting", BoardSite.Ann, frame, new("a fox", Steps: 101));
        await RefusesAsync("bad_setting", BoardSite.Ann, frame, new("a fox", Guidance: double.NaN));
        await RefusesAsync("bad_setting", BoardSite.Ann, frame, new("a fox", Scheduler: "unheard-of"));
        await RefusesAsync("bad_setting", BoardSite.Ann, frame, new("a fox", Seed: -1));
        await RefusesAsync("nothing_to_make", BoardSite.Ann, covered, new("a fox"));
        await RefusesAsync("node_unknown", BoardSite.Ann, new("no-such-frame"), new("a fox"));

        Assert.Empty(await lab.Questions.JobsOfAsync(BoardSite.Ann, Token));
        Assert.Equal(0, (await lab.BalanceAsync(BoardSite.Ann)).Held.Amount);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Nobody_has_more_jobs_waiting_than_the_cap_even_when_all_are_asked_at_once(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server, ("Generation:MaxQueuedPerUser", "3"));
        var frame = await lab.AddFrameAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => lab.AskAsync(BoardSite.Ann, frame)));

        Assert.Equal(3, outcomes.OfType<GenerationOutcome.Accepted>().Count());
        Assert.All(outcomes.OfType<GenerationOutcome.Refused>(), static refused => Assert.Equal("queue_full", refused.Refusal.Code));
        Assert.IsType<GenerationOutcome.Accepted>(await lab.AskAsync(BoardSite.Bob, frame));
        await lab.CheckAsync();
    }

    [Fact]
    public async Task What_is_refused_is_not_cut()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server, ("Generation:MaxQueuedPerUser", "1"));
        await lab.AddTileAsync(0, 0, 64);
        var edge = await lab.AddFrameAsync(32, 0);
        await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync(500, 0));
        var before = Files();

        Assert.Equal("queue_full", (await lab.AskInVainAsync(BoardSite.Ann, edge)).Code);
        Assert.Equal("prompt_refused", (await lab.AskInVainAsync(BoardSite.Ann, edge, new("a decapitated statue"))).Code);

        Assert.Equal(before, Files());

        int Files() => Directory.GetFiles(lab.Get<DataFolder>().Subfolder("blobs"), "*", SearchOption.AllDirectories).Length;
    }

    [Fact]
    public async Task Nobody_takes_the_request_id_under_which_an_admin_queues_a_job_again()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        var frame = await lab.AddFrameAsync();
        var job = await lab.AskWellAsync(BoardSite.Ann, frame);

        Assert.Equal(GenerationRefusalCodes.BadSetting, (await lab.AskInVainAsync(BoardSite.Ann, frame, requestId: RequestIds.Again(job.Id))).Code);
    }

    [Fact]
    public async Task A_frame_over_an_edge_is_cut_and_leased_with_crop_and_mask()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync(0, 0, 64);
        var frame = await lab.AddFrameAsync(32, 0);

        var job = await lab.AskWellAsync(BoardSite.Ann, frame);
        var row = await lab.LeaseWellAsync();
        var lease = await lab.Get<Web.Generation.Workers.LeaseWriter>().WriteAsync(row, Token);

        Assert.Equal(FrameTask.Outpaint, job.Task);
        Assert.Equal((JobTask.Inpaint, 1), (lease.Task, lease.Attempt));
        Assert.Equal([JobInputs.Crop, JobInputs.New], lease.Inputs);
        Assert.Equal((lease.CropWidth, lease.CropHeight), (row.Plan.CropPixels.Width, row.Plan.CropPixels.Height));
        Assert.NotNull(await lab.Get<Web.Tiles.FileBlobs>().ReadAsync(row.CropSha256!, Token));
        Assert.NotNull(await lab.Get<Web.Tiles.FileBlobs>().ReadAsync(row.NewMaskSha256!, Token));
    }

    [Fact]
    public async Task A_plan_tells_task_and_price_and_what_would_be_refused()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AddTileAsync(0, 0, 64);
        var frame = await lab.AddFrameAsync(32, 0);

        var placed = await lab.Questions.PlanAsync(BoardSite.Vic, lab.BoardId, new(frame), Token);
        var dragged = await lab.Questions.PlanAsync(BoardSite.Ann, lab.BoardId, new(frame, new(500, 0, 64, 64), new("x", Count: 2)), Token);
        var fresh = await lab.Questions.PlanAsync(BoardSite.Ann, lab.BoardId, new(Frame: new(4, 4, 40, 40)), Token);
        var stranger = await lab.Questions.PlanAsync(BoardSite.Eve, lab.BoardId, new(frame), Token);

        Assert.Equal((FrameTask.Outpaint, 4L), (placed.Task, placed.Price));
        Assert.Equal((FrameTask.TextToImage, 2L), (dragged.Task, dragged.Price));
        Assert.Equal("nothing_to_make", fresh.Refusal?.Code);
        Assert.Equal("forbidden", stranger.Refusal?.Code);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task More_like_this_varies_a_whole_picture_and_makes_a_part_again(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        var whole = await lab.AskWellAsync(BoardSite.Ann, frame, new("a fox", Count: 2, Seed: 7));
        await lab.FinishAsync(await lab.LeaseWellAsync());

        // The accepted tile covers the frame now: nothing would be left to make by the plan, but a variation has the source's.
        await lab.AddTileAsync(-10, -10, 128);
        var variation = await lab.AskWellAsync(BoardSite.Bob, frame, new("ignored", Count: 1, Seed: 7), variationOf: new(whole.Id, 1));
        var row = await lab.RowAsync(variation.Id);

        Assert.Equal((JobTask.Variation, "a fox", 1), (row.Task, row.Settings.Prompt, row.Count));
        Assert.Equal(GenerationLab.ContentOf(whole.Id, 1).Sha256, row.PictureSha256);
        Assert.NotEqual(7, row.Settings.Seed);
        Assert.Equal("result_missing", (await lab.AskInVainAsync(BoardSite.Ann, frame, variationOf: new(whole.Id, 5))).Code);
        Assert.Equal("result_missing", (await lab.AskInVainAsync(BoardSite.Ann, frame, variationOf: new("nope", 0))).Code);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Marks_on_results_are_kept_and_ask_for_the_right_role(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        var job = await lab.AskWellAsync(BoardSite.Ann, frame);
        Assert.False(await lab.Desk.RateAsync(BoardSite.Ann, new(job.Id, 0), 5, Token), "nothing to rate yet");
        await lab.FinishAsync(await lab.LeaseWellAsync());

        Assert.True(await lab.Desk.RateAsync(BoardSite.Bob, new(job.Id, 0), 4, Token));
        Assert.False(await lab.Desk.RateAsync(BoardSite.Vic, new(job.Id, 0), 1, Token));
        Assert.False(await lab.Desk.RateAsync(BoardSite.Ann, new(job.Id, 0), 6, Token));
        Assert.False(await lab.Desk.RateAsync(BoardSite.Ann, new(job.Id, 9), 3, Token));
        Assert.True(await lab.Desk.ReportAsync(BoardSite.Vic, new(job.Id, 1), Token));
        Assert.False(await lab.Desk.ReportAsync(BoardSite.Eve, new(job.Id, 1), Token));
        Assert.Single(await lab.Get<BoardJobs>().OfAsync(lab.BoardId, BoardSite.Vic, Token));
        Assert.False(await lab.Desk.AcceptAsync(BoardSite.Ann, job.Id, [.. Enumerable.Repeat(1, 9)], Token), "more than a job can have");
        Assert.True(await lab.Desk.AcceptAsync(BoardSite.Ann, job.Id, [1], Token));

        var history = Assert.Single(await lab.Questions.BoardHistoryAsync(BoardSite.Vic, lab.BoardId, null, Token));
        Assert.Equal((4, false, false), (history.Results[0].Rating, history.Results[0].Accepted, history.Results[0].Reported));
        Assert.Equal(((int?)null, true, true), (history.Results[1].Rating, history.Results[1].Accepted, history.Results[1].Reported));
        Assert.False(history.Mine);
        Assert.Empty(await lab.Get<BoardJobs>().OfAsync(lab.BoardId, BoardSite.Ann, Token));
        Assert.Empty(await lab.Questions.BoardHistoryAsync(BoardSite.Eve, lab.BoardId, null, Token));
        Assert.Empty(await lab.Questions.BoardHistoryAsync(BoardSite.Ann, lab.BoardId, history, Token));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task History_pages_lose_nothing_made_in_the_same_moment(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server, ("Generation:PageSize", "2"));
        var frame = await lab.AddFrameAsync();
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add((await lab.AskWellAsync(BoardSite.Ann, frame)).Id);
            await lab.FinishAsync(await lab.LeaseWellAsync());
        }

        var read = new List<string>();
        JobView? last = null;
        do
        {
            var page = await lab.Questions.BoardHistoryAsync(BoardSite.Ann, lab.BoardId, last, Token);
            read.AddRange(page.Select(static job => job.Id));
            last = page.Count == lab.Questions.PageSize ? page[^1] : null;
        }
        while (last is not null && read.Count < 20);
        Assert.Equal(made.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_put_away_is_in_the_history_alone()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        var job = await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync());
        await lab.FinishAsync(await lab.LeaseWellAsync());

        Assert.False(await lab.Desk.DiscardAsync(BoardSite.Vic, job.Id, Token));
        Assert.True(await lab.Desk.DiscardAsync(BoardSite.Bob, job.Id, Token));

        Assert.Empty(await lab.Get<BoardJobs>().OfAsync(lab.BoardId, BoardSite.Ann, Token));
        Assert.True(Assert.Single(await lab.Questions.BoardHistoryAsync(BoardSite.Ann, lab.BoardId, null, Token)).Discarded);
    }

    [Fact]
    public async Task A_board_in_the_bin_takes_no_orders()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        var frame = await lab.AddFrameAsync();
        await lab.Get<BoardShelf>().DeleteAsync(BoardSite.Ann, lab.BoardId, Token);

        Assert.Equal("forbidden", (await lab.AskInVainAsync(BoardSite.Ann, frame)).Code);
        Assert.Equal("bad_setting", (await lab.AskInVainAsync(BoardSite.Ann, frame, requestId: "not/a token")).Code);
    }
}
