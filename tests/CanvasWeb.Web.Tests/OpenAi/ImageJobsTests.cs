using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Previews;
using CanvasWeb.Web.OpenAi;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tests.OpenAi;

/// <summary>Waiting for a job by a clock that the test moves.</summary>
public sealed class ImageJobsTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Previews_that_never_pause_hold_off_neither_the_deadline_nor_reading_the_row(bool isKept)
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        var options = new OpenAiOptions();
        var watches = lab.Get<JobWatches>();
        var jobs = new ImageJobs(lab.Orders, watches, lab.Get<IDbContextFactory<AppDbContext>>(), Options.Create(options), lab.Time, NullLogger<ImageJobs>.Instance);
        var job = await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync());
        await lab.LeaseWellAsync();
        var (previews, idle) = (0, 0);

        // Each preview, after half a second, is followed by the next; the first comes while the row is read.
        var preview = new PreviewMessage(job.Id, new("none"), default, default, 0, 1, 10, EtaMs: null, 0, "image/webp", []);
        var waiting = jobs.WaitAsync(job.Id, isKept, OnPreviewAsync, () => { idle++; return Task.CompletedTask; }, Token);
        watches.Publish(preview);

        Assert.Null(await waiting);
        Assert.Equal(2 * options.MaxWaitSeconds, previews);
        Assert.Equal(options.MaxWaitSeconds * 1_000 / options.PollMs, idle);
        Assert.Equal(isKept ? JobState.Running : JobState.Canceled, (await lab.RowAsync(job.Id)).State);

        Task OnPreviewAsync(Web.Generation.Jobs.Job running, PreviewMessage shown)
        {
            Assert.True(++previews <= 2 * options.MaxWaitSeconds, "It waits past its time.");
            lab.Time.Advance(TimeSpan.FromMilliseconds(500));
            watches.Publish(preview);
            return Task.CompletedTask;
        }
    }
}
