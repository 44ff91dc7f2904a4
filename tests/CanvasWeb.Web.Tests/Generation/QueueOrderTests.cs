using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Queue;

namespace CanvasWeb.Web.Tests.Generation;

public sealed class QueueOrderTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_ageing = TimeSpan.FromMinutes(5);

    [Fact]
    public void People_take_turns_however_many_jobs_one_of_them_has()
    {
        var jobs = new[] { Of("a1", "ann", 0), Of("a2", "ann", 1), Of("a3", "ann", 2), Of("b1", "bob", 3), Of("b2", "bob", 4), Of("c1", "cy", 5) };

        Assert.Equal(["a1", "b1", "c1", "a2", "b2", "a3"], Order(jobs));
    }

    [Fact]
    public void What_waits_on_an_own_board_goes_before_an_own_program_and_between_people_that_makes_no_difference()
    {
        var jobs = new[] { Of("a1", "ann", 0) with { IsProgram = true }, Of("a2", "ann", 2), Of("b1", "bob", 1) with { IsProgram = true } };

        Assert.Equal(["b1", "a2", "a1"], Order(jobs));
    }

    [Fact]
    public void Who_has_fewer_jobs_running_comes_first()
    {
        var jobs = new[] { Of("a1", "ann", 0), Of("b1", "bob", 1), Of("b2", "bob", 2) };

        Assert.Equal(["b1", "a1", "b2"], Order(jobs, running: new() { ["ann"] = 1 }));
    }

    [Fact]
    public void With_one_worker_who_was_served_longest_ago_comes_first()
    {
        var jobs = new[] { Of("a2", "ann", 0), Of("b1", "bob", 1) };

        Assert.Equal(["b1", "a2"], Order(jobs, lastStart: new() { ["ann"] = s_start }));
    }

    [Fact]
    public void Background_work_waits_for_people_until_it_has_waited_long_enough()
    {
        var jobs = new[] { Of("a1", "ann", 0, JobPriority.Background), Of("b1", "bob", 60) };

        Assert.Equal(["b1", "a1"], Order(jobs, now: s_start + (1.9 * s_ageing)));
        Assert.Equal(["a1", "b1"], Order(jobs, now: s_start + (2.1 * s_ageing)));
    }

    [Fact]
    public void Waiting_never_lifts_background_work_above_people()
    {
        var jobs = new[] { Of("a1", "ann", 60, JobPriority.Background), Of("b1", "bob", 0) };

        Assert.Equal(["b1", "a1"], Order(jobs, now: s_start + (100 * s_ageing)));
    }

    [Fact]
    public void The_order_does_not_depend_on_how_the_rows_came()
    {
        const int seed = 20260314;
        var random = new Random(seed);
        var jobs = Enumerable.Range(0, 60).Select(i => Of(FormattableString.Invariant($"j{i:00}"), "user" + random.Next(7), random.Next(100), random.Next(2) == 0 ? JobPriority.Interactive : JobPriority.Background)).ToArray();
        var order = Order(jobs);
        random.Shuffle(jobs);

        Assert.Equal(order, Order(jobs));
    }

    private static WaitingJob Of(string id, string user, int second, int priority = JobPriority.Interactive) => new(id, user, "b", "m", priority, 10, s_start.AddSeconds(second));

    private static IEnumerable<string> Order(
        IEnumerable<WaitingJob> jobs, Dictionary<string, int>? running = null, Dictionary<string, DateTimeOffset>? lastStart = null, DateTimeOffset? now = null) =>
        QueueOrder.Sort(jobs, running ?? [], lastStart ?? [], now ?? s_start.AddMinutes(2), s_ageing).Select(static job => job.Id);
}
