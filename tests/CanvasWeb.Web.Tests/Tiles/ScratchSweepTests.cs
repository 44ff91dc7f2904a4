using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanvasWeb.Web.Tests.Tiles;

public sealed class ScratchSweepTests(PostgreSqlServer server)
{
    [Theory]
    [InlineData("incoming")]
    [InlineData("blobs/incoming")]
    [InlineData("exports")]
    public async Task What_a_killed_process_left_goes_and_what_is_being_written_stays(string folder)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, server, BoardSite.AddServices);
        var data = database.Services.GetRequiredService<DataFolder>();
        var now = database.Time.GetUtcNow().UtcDateTime;
        var (left, fresh) = (Path.Combine(data.Subfolder(folder), "left"), Path.Combine(data.Subfolder(folder), "fresh"));
        foreach (var (file, written) in (ReadOnlySpan<(string, DateTime)>)[(left, now.AddHours(-2)), (fresh, now.AddMinutes(-1))])
        {
            File.WriteAllBytes(file, [1]);
            File.SetLastWriteTimeUtc(file, written);
        }

        await new ScratchSweep(data, database.Time, NullLogger<ScratchSweep>.Instance).StartAsync(TestContext.Current.CancellationToken);
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(fresh));
    }
}
