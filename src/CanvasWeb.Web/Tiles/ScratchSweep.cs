using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Tiles;

/// <summary>
/// Deletes at start what a killed process left half written: uploads, blobs and exports on their way. Only what nobody has written to for a
/// while, since another process of this site may be at work in the same folder.
/// </summary>
internal sealed class ScratchSweep(DataFolder data, TimeProvider time, ILogger<ScratchSweep> logger) : IHostedService
{
    private static readonly TimeSpan s_abandoned = TimeSpan.FromHours(1);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var before = (time.GetUtcNow() - s_abandoned).UtcDateTime;
        foreach (var folder in (string[])["incoming", Path.Combine("blobs", "incoming"), "exports"])
        {
            foreach (var file in Directory.EnumerateFiles(data.Subfolder(folder)))
            {
                try
                {
                    if (File.GetLastWriteTimeUtc(file) < before)
                        File.Delete(file);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // The next start tries again.
                    logger.LogWarning(error, "An abandoned file could not be deleted: {File}", Path.GetFileName(file));
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
