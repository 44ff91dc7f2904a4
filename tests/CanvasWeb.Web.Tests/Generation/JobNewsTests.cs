using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Shell.Events;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Generation;

public sealed class JobNewsTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_changes_are_one_hint_a_second_and_the_last_one_is_not_lost()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        var job = await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync());
        var news = lab.Get<JobNews>();
        var hints = 0;
        using var page = lab.Get<UserEvents>().Subscribe(BoardSite.Ann, happened => hints += happened == UserEvent.JobsChanged ? 1 : 0);

        for (var round = 0; round < 10; round++)
        {
            news.Changed(job.Id);
            await news.TellAsync(Token);
            lab.Time.Advance(TimeSpan.FromMilliseconds(90));
        }

        Assert.Equal(1, hints);
        lab.Time.Advance(TimeSpan.FromMilliseconds(100));
        await news.TellAsync(Token);
        Assert.Equal(2, hints);
        lab.Time.Advance(TimeSpan.FromSeconds(5));
        await news.TellAsync(Token);
        Assert.Equal(2, hints);
    }

    [Fact]
    public async Task Who_moves_up_hears_of_it()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        var frame = await lab.AddFrameAsync();
        var first = await lab.AskWellAsync(BoardSite.Ann, frame, new("a fox", Count: 1));
        lab.Time.Advance(TimeSpan.FromSeconds(1));
        await lab.AskWellAsync(BoardSite.Bob, frame, new("a hen", Count: 1));
        var news = lab.Get<JobNews>();
        var hints = 0;
        using var page = lab.Get<UserEvents>().Subscribe(BoardSite.Bob, happened => hints += happened == UserEvent.JobsChanged ? 1 : 0);
        await news.TellAsync(Token);
        Assert.Equal(1, hints);
        lab.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.True(await lab.Orders.CancelAsync(BoardSite.Ann, first.Id, Token));
        await news.TellAsync(Token);

        Assert.Equal(2, hints);
    }
}
