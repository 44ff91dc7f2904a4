using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Workers;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Generation;

public sealed class QueueTests(PostgreSqlServer server)
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_finished_job_has_its_pictures_and_is_paid_for_once(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync(100, 50);
        await lab.AskWellAsync(BoardSite.Ann, frame);
        var job = await lab.LeaseWellAsync();

        var view = await lab.FinishAsync(job);
        Assert.True(await lab.CompleteAsync(job), "the worker did not hear the answer and says it again");

        Assert.Equal((JobState.Succeeded, 2), (view.State, view.Results.Count));
        Assert.Equal((100d, 50d, 64d, 64d), (view.Results[1].Placement.X, view.Results[1].Placement.Y, view.Results[1].Placement.Width, view.Results[1].Placement.Height));
        Assert.Equal((job.Id, 1, frame), (view.Results[1].Content.Job, view.Results[1].Content.Image, view.Results[1].Content.Frame));
        Assert.Equal((48L, 0L), await BooksAsync(lab));
        await lab.CheckAsync();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_is_leased_to_one_worker_however_many_ask(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        for (var i = 0; i < 4; i++)
            await lab.AskWellAsync(BoardSite.Ann, frame);

        var leases = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => lab.LeaseAsync($"worker-{i}")));

        Assert.Equal(4, leases.OfType<Job>().Select(static job => job.Id).Distinct().Count());
        Assert.Equal(6, leases.Count(static job => job is null));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Nobody_has_more_jobs_running_than_the_cap(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server, ("Generation:MaxRunningPerUser", "2"));
        var frame = await lab.AddFrameAsync();
        for (var i = 0; i < 4; i++)
            await lab.AskWellAsync(BoardSite.Ann, frame);
        await lab.AskWellAsync(BoardSite.Bob, frame);

        var leases = (await Task.WhenAll(Enumerable.Range(0, 6).Select(i => lab.LeaseAsync($"worker-{i}")))).OfType<Job>().ToList();

        Assert.Equal(2, leases.Count(static job => job.UserId == BoardSite.Ann));
        Assert.Equal(1, leases.Count(static job => job.UserId == BoardSite.Bob));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task One_worker_serves_people_in_turn(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (user, name) in new[] { (BoardSite.Ann, "a1"), (BoardSite.Ann, "a2"), (BoardSite.Ann, "a3"), (BoardSite.Bob, "b1"), (BoardSite.Bob, "b2") })
        {
            names[(await lab.AskWellAsync(user, frame)).Id] = name;
            lab.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var places = (await lab.Get<BoardJobs>().OfAsync(lab.BoardId, BoardSite.Ann, Token)).OrderBy(static job => job.Place).Select(job => names[job.Id]);
        var order = new List<string>();
        while (await lab.LeaseAsync() is { } job)
        {
            order.Add(names[job.Id]);
            await lab.FinishAsync(job);
            lab.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["a1", "b1", "a2", "b2", "a3"], order);
        Assert.Equal(order, places);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_worker_gets_only_what_it_has_the_model_for(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync());

        Assert.Null(await lab.Queue.LeaseAsync("worker-1", new HashSet<string>(StringComparer.Ordinal) { "another" }, Token));
        Assert.NotNull(await lab.LeaseAsync());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_lease_that_ran_out_goes_to_another_and_the_first_worker_is_not_heard_any_more(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync());
        var first = await lab.LeaseWellAsync("worker-1");
        await lab.StoreAsync(first);

        lab.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(1, await lab.Queue.SweepAsync(Token));
        var second = await lab.LeaseWellAsync("worker-2");

        Assert.Equal((1, 2), (first.Attempt, second.Attempt));
        Assert.False(await lab.StoreAsync(first));
        Assert.False(await lab.CompleteAsync(first));
        Assert.False(await lab.FailAsync(first, retry: false));
        Assert.Equal([first.Id], await lab.Queue.HeartbeatAsync("worker-1", [new(first.Id, first.Attempt)], Token));
        Assert.Equal(JobState.Running, (await lab.RowAsync(first.Id)).State);
        await lab.FinishAsync(second);
        Assert.Equal((48L, 0L), await BooksAsync(lab));
        await lab.CheckAsync();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Heartbeats_keep_a_lease_and_a_late_one_too_while_nobody_else_has_it(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync());
        var job = await lab.LeaseWellAsync();
        for (var i = 0; i < 12; i++)
        {
            lab.Time.Advance(TimeSpan.FromSeconds(10));
            Assert.Empty(await lab.Queue.HeartbeatAsync("worker-1", [new(job.Id, job.Attempt)], Token));
            Assert.Equal(0, await lab.Queue.SweepAsync(Token));
        }

        lab.Time.Advance(TimeSpan.FromSeconds(45));
        Assert.Empty(await lab.Queue.HeartbeatAsync("worker-1", [new(job.Id, job.Attempt)], Token));
        Assert.Equal(0, await lab.Queue.SweepAsync(Token));
        await lab.FinishAsync(job);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_worker_that_is_gone_loses_its_leases_soon_and_keeps_them_when_it_comes_back(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        await lab.AskWellAsync(BoardSite.Ann, frame);
        var job = await lab.LeaseWellAsync("connection-1");

        await lab.Queue.ShortenLeasesAsync("connection-1", TimeSpan.FromSeconds(5), Token);
        lab.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Empty(await lab.Queue.HeartbeatAsync("connection-2", [new(job.Id, job.Attempt)], Token));
        lab.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, await lab.Queue.SweepAsync(Token));

        await lab.Queue.ShortenLeasesAsync("connection-2", TimeSpan.FromSeconds(5), Token);
        lab.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, await lab.Queue.SweepAsync(Token));
        Assert.Equal(JobState.Queued, (await lab.RowAsync(job.Id)).State);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_that_takes_three_workers_down_is_given_up_and_costs_nothing(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var asked = await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync());
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.Equal(attempt, (await lab.LeaseWellAsync()).Attempt);
            lab.Time.Advance(TimeSpan.FromSeconds(31));
            Assert.Equal(1, await lab.Queue.SweepAsync(Token));
        }

        Assert.Equal(JobState.Poisoned, (await lab.RowAsync(asked.Id)).State);
        var view = await lab.ViewAsync(BoardSite.Ann, asked.Id);
        Assert.Equal((JobState.Failed, "worker_lost"), (view.State, view.Error?.Code));
        Assert.Null(await lab.LeaseAsync());
        Assert.Equal((50L, 0L), await BooksAsync(lab));
        await lab.CheckAsync();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_failure_that_will_not_pass_ends_the_job_at_once_and_one_that_may_runs_again(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        var hopeless = await lab.AskWellAsync(BoardSite.Ann, frame);
        Assert.True(await lab.FailAsync(await lab.LeaseWellAsync(), retry: false, "prompt_too_long"));
        Assert.Equal((50L, 0L), await BooksAsync(lab));
        var view = await lab.ViewAsync(BoardSite.Ann, hopeless.Id);
        Assert.Equal((JobState.Failed, "prompt_too_long", "The model failed."), (view.State, view.Error?.Code, view.Error?.Message));

        var hopeful = await lab.AskWellAsync(BoardSite.Ann, frame);
        Assert.True(await lab.FailAsync(await lab.LeaseWellAsync(), retry: true));
        Assert.Equal((48L, 2L), await BooksAsync(lab));
        var again = await lab.LeaseWellAsync();
        Assert.Equal((hopeful.Id, 2), (again.Id, again.Attempt));
        await lab.CheckAsync();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Workers_that_are_stopped_in_good_order_are_not_held_against_a_job(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync());
        for (var i = 0; i < 5; i++)
            Assert.True(await lab.FailAsync(await lab.LeaseWellAsync(), retry: true, "worker_stopped"));

        Assert.Equal(6, (await lab.LeaseWellAsync()).Attempt);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_canceled_job_costs_nothing_whether_it_waits_or_runs(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        var waiting = await lab.AskWellAsync(BoardSite.Ann, frame);
        Assert.False(await lab.Orders.CancelAsync(BoardSite.Bob, waiting.Id, Token), "only one's own");
        Assert.True(await lab.Orders.CancelAsync(BoardSite.Ann, waiting.Id, Token));
        Assert.False(await lab.Orders.CancelAsync(BoardSite.Ann, waiting.Id, Token));

        await lab.AskWellAsync(BoardSite.Ann, frame);
        var running = await lab.LeaseWellAsync();
        await lab.StoreAsync(running);
        Assert.True(await lab.Orders.CancelAsync(BoardSite.Ann, running.Id, Token));

        Assert.Equal([running.Id], await lab.Queue.HeartbeatAsync("worker-1", [new(running.Id, 1)], Token));
        Assert.False(await lab.CompleteAsync(running), "the worker was done before it heard of it");
        Assert.Equal(JobState.Canceled, (await lab.ViewAsync(BoardSite.Ann, running.Id)).State);
        Assert.Empty((await lab.ViewAsync(BoardSite.Ann, running.Id)).Results);
        Assert.Equal((50L, 0L), await BooksAsync(lab));
        await lab.CheckAsync();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Cancel_and_completion_at_the_same_moment_settle_once(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        for (var round = 0; round < 8; round++)
        {
            await lab.AskWellAsync(BoardSite.Ann, frame, new("a fox", Count: 1));
            var job = await lab.LeaseWellAsync();
            await lab.StoreAsync(job);

            var results = await Task.WhenAll(lab.CompleteAsync(job), lab.Orders.CancelAsync(BoardSite.Ann, job.Id, Token), lab.CompleteAsync(job));

            var state = (await lab.RowAsync(job.Id)).State;
            Assert.Equal(state == JobState.Succeeded ? (true, false) : (false, true), (results[0] || results[2], results[1]));
            await lab.CheckAsync();
        }
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Pictures_of_a_lost_attempt_are_offered_to_the_next_one(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync());
        var first = await lab.LeaseWellAsync();
        Assert.True(await lab.Queue.StoreAsync(new(first.Id, 1), 0, GenerationLab.ContentOf(first.Id, 0), note: null, Token));
        lab.Time.Advance(TimeSpan.FromSeconds(31));
        await lab.Queue.SweepAsync(Token);
        var second = await lab.LeaseWellAsync();

        Assert.Equal([0], (await lab.Get<LeaseWriter>().WriteAsync(second, Token)).Done);
        Assert.True(await lab.Queue.StoreAsync(new(second.Id, 2), 1, GenerationLab.ContentOf(second.Id, 1), note: null, Token));
        Assert.True(await lab.Queue.CompleteAsync(
            new() { JobId = second.Id, Attempt = 2, Pictures = [new(1, GenerationLab.ContentOf(second.Id, 1).Sha256, new(0, 0, 64, 64), 9)], ModelHash = "abc" }, Token));
        Assert.Equal(2, (await lab.ViewAsync(BoardSite.Ann, first.Id)).Results.Count);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_completion_without_all_pictures_or_outside_the_frame_is_not_paid_for(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        await lab.AskWellAsync(BoardSite.Ann, frame);
        Assert.False(await lab.CompleteAsync(await lab.LeaseWellAsync()));
        var again = await lab.LeaseWellAsync();
        Assert.Equal(2, again.Attempt);
        await lab.StoreAsync(again);
        Assert.False(await lab.Queue.CompleteAsync(
            new()
            {
                JobId = again.Id,
                Attempt = 2,
                Pictures = [.. Enumerable.Range(0, 2).Select(image => new Contracts.ResultPicture(image, GenerationLab.ContentOf(again.Id, image).Sha256, new(1, 0, 64, 64), 9))],
                ModelHash = "abc",
            },
            Token));
        Assert.Equal((48L, 2L), await BooksAsync(lab));
        await lab.CheckAsync();
    }

    [Fact]
    public async Task A_completion_with_a_picture_that_was_never_asked_for_is_not_paid_for()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync(), new("a fox", Count: 1));
        var job = await lab.LeaseWellAsync();
        await lab.StoreAsync(job);
        Assert.False(await lab.Queue.CompleteAsync(
            new()
            {
                JobId = job.Id,
                Attempt = 1,
                Pictures = [.. ((int[])[0, -1]).Select(image => new Contracts.ResultPicture(image, GenerationLab.ContentOf(job.Id, 0).Sha256, new(0, 0, 64, 64), 9))],
                ModelHash = "abc",
            },
            Token));
        await lab.CheckAsync();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_that_nobody_takes_for_a_day_is_given_up_and_costs_nothing(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var job = await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync());
        lab.Time.Advance(TimeSpan.FromHours(24));

        Assert.Equal(1, await lab.Queue.SweepAsync(Token));

        Assert.Equal("expired", (await lab.ViewAsync(BoardSite.Ann, job.Id)).Error?.Code);
        Assert.Equal((50L, 0L), await BooksAsync(lab));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_hold_without_a_job_is_returned_by_the_sweep(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        await lab.Get<WriteTransactions>().RunAsync(
            (db, token) => lab.Get<Ledger>().HoldAsync(db, BoardSite.Ann, new(5), "no-such-job", lab.Time.GetUtcNow().AddDays(2), token), Token);
        Assert.Equal((45L, 5L), await BooksAsync(lab));

        Assert.Equal(1, await lab.Queue.SweepAsync(Token));

        Assert.Equal((50L, 0L), await BooksAsync(lab));
        await lab.CheckAsync();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_eta_of_waiting_jobs_comes_from_what_earlier_ones_took(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        await lab.AskWellAsync(BoardSite.Ann, frame, new("a fox", Count: 1));
        Assert.Null((await lab.AskWellAsync(BoardSite.Bob, frame, new("a fox", Count: 1))).EtaMs);

        // Ten steps of 100 ms; the first is not counted, since it warms up.
        var job = await lab.LeaseWellAsync();
        var running = lab.Get<Web.Generation.Queue.RunningJobs>().Find(job.Id)!;
        for (var step = 1; step <= 10; step++)
        {
            lab.Time.Advance(TimeSpan.FromMilliseconds(100));
            running.Report(new() { JobId = job.Id, Attempt = 1, Image = 0, Step = step, Steps = 10, StepMs = 100, EndedAtMs = 0 }, lab.Time.GetUtcNow());
        }

        await lab.FinishAsync(job);
        await lab.Get<Web.Generation.Models.ModelRegistry>().RefreshAsync(Token);
        var next = await lab.AskWellAsync(BoardSite.Ann, frame, new("a fox", Count: 1));
        var views = (await lab.Get<BoardJobs>().OfAsync(lab.BoardId, BoardSite.Ann, Token)).Where(static view => view.State == JobState.Queued).OrderBy(static view => view.Place).ToList();

        Assert.Equal([(0, 1000L), (1, 2000L)], views.Select(static view => (view.Place!.Value, view.EtaMs!.Value)));
        Assert.Equal(next.Id, views[1].Id);
    }

    private static async Task<(long Available, long Held)> BooksAsync(GenerationLab lab)
    {
        var balance = await lab.BalanceAsync(BoardSite.Ann);
        return (balance.Available.Amount, balance.Held.Amount);
    }
}
