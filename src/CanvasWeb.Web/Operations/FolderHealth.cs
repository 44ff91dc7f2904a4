using CanvasWeb.Web.Data;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CanvasWeb.Web.Operations;

/// <summary>Pictures can be stored: the folder takes a file, and the disk has room.</summary>
internal sealed class FolderHealth(DataFolder folder) : IHealthCheck
{
    private const long LeastFreeBytes = 64 * 1024 * 1024;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // A name of its own: checks that run side by side must not fail each other.
            using (var probe = new FileStream(Path.Combine(folder.Path, ".writable-" + RandomId.New()), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose }))
                probe.WriteByte(1);
            var free = new DriveInfo(folder.Path).AvailableFreeSpace;
            return Task.FromResult(free >= LeastFreeBytes
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"Only {free / 1024 / 1024} MB are free where pictures are stored."));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("The data folder takes no files. Check Data:Folder and who may write there."));
        }
    }
}
