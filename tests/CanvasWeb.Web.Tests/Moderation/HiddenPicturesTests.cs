using System.Data.Common;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Moderation.Pictures;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace CanvasWeb.Web.Tests.Moderation;

public sealed class HiddenPicturesTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_that_began_before_a_picture_was_hidden_does_not_bring_it_back()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, server);
        var slow = new HeldReads();
        var hidden = new HiddenPictures(new Contexts(new DbContextOptionsBuilder<AppDbContext>(database.Services.GetRequiredService<DbContextOptions<AppDbContext>>()).AddInterceptors(slow).Options));
        var sha256 = new string('a', 64);

        // 1. The first read has looked, found nothing, and is held before it can say so.
        var first = hidden.ReadAsync(Token);
        await slow.Looked.Task.WaitAsync(Token);

        // 2. A picture is hidden, and the second read sees it.
        await database.Writes.RunAsync((db, token) => HiddenPictures.HideAsync(db, new() { Sha256 = sha256, Because = HiddenBecause.Admin, CreatedAt = database.Time.GetUtcNow() }, token), Token);
        Assert.Equal(sha256, Assert.Single(await hidden.ReadAsync(Token)));

        // 3. The first one comes last, and changes nothing.
        slow.GoOn.SetResult();
        Assert.Equal(sha256, Assert.Single(await first));
        Assert.True(await hidden.ContainsAsync(sha256, Token));
    }

    private sealed class Contexts(DbContextOptions<AppDbContext> options) : IDbContextFactory<AppDbContext>
    {
        public AppDbContext CreateDbContext() => new(options);
    }

    /// <summary>Holds the answer of the first query; the others pass.</summary>
    private sealed class HeldReads : DbCommandInterceptor
    {
        private int _queries;

        public TaskCompletionSource Looked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (Interlocked.Increment(ref _queries) == 1)
            {
                Looked.SetResult();
                await GoOn.Task.WaitAsync(cancellationToken);
            }

            return result;
        }
    }
}
