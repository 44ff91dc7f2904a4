using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using CanvasWeb.Web.Tiles.Drawing;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tests.Tiles;

public sealed class PixelBudgetTests
{
    private const long MiB = 1 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shares_are_given_in_the_order_of_asking_and_never_more_than_there_is()
    {
        var budget = Make(waiting: 8);
        var first = await budget.TakeAsync(20 * MiB, Token);
        var large = budget.TakeAsync(30 * MiB, Token);
        var small = budget.TakeAsync(1 * MiB, Token);
        Assert.False(large.IsCompleted);
        Assert.False(small.IsCompleted, "A small one that overtakes lets a large one starve.");
        first.Dispose();
        using var second = await large;
        using var third = await small;
    }

    [Fact]
    public async Task More_than_there_is_waits_for_all_of_it()
    {
        var budget = Make(waiting: 8);
        var all = await budget.TakeAsync(1000 * MiB, Token);
        var next = budget.TakeAsync(1, Token);
        Assert.False(next.IsCompleted);
        all.Dispose();
        all.Dispose();
        (await next).Dispose();
        using var again = await budget.TakeAsync(1000 * MiB, Token);
    }

    [Fact]
    public async Task A_full_line_sends_away_at_once_and_leaving_it_makes_room()
    {
        var budget = Make(waiting: 1);
        using var all = await budget.TakeAsync(32 * MiB, Token);
        using var leaver = new CancellationTokenSource();
        var waiting = budget.TryTakeAsync(MiB, leaver.Token);
        Assert.Null(await budget.TryTakeAsync(MiB, Token));
        await leaver.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var next = budget.TryTakeAsync(MiB, Token);
        Assert.False(next.IsCompleted);
        all.Dispose();
        Assert.NotNull(await next);
    }

    [Fact]
    public async Task Who_waits_only_so_long_goes_away_without_and_leaves_the_line()
    {
        var time = new ManualTime();
        var budget = Make(waiting: 8, time);
        var all = await budget.TakeAsync(32 * MiB, Token);
        var patient = budget.TryTakeAsync(MiB, TimeSpan.FromSeconds(2), Token);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(patient.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await patient);
        all.Dispose();
        using var everything = await budget.TryTakeAsync(32 * MiB, TimeSpan.FromSeconds(2), Token);
        Assert.NotNull(everything);
    }

    private static PixelBudget Make(int waiting, TimeProvider? time = null) => new(Options.Create(new TileOptions { WorkingBytes = 32 * MiB, MaxWaiting = waiting }), time ?? TimeProvider.System);
}
