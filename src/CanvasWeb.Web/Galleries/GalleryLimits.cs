using System.Net;
using System.Threading.RateLimiting;
using CanvasWeb.Web.Accounts.Security;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Galleries;

/// <summary>How often guests, of whom nothing else is known, may try passwords. Memory only: no address is ever written down.</summary>
internal sealed class GalleryLimits(IOptions<GalleriesOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _passwords = Limiter<IPAddress>(options.Value.PasswordsPerFiveMinutes, TimeSpan.FromMinutes(5));
    private readonly PartitionedRateLimiter<string> _passwordsOfOne = Limiter<string>(options.Value.PasswordsPerGalleryAndHour, TimeSpan.FromHours(1));

    public bool MayTryPassword(HttpContext http, string galleryId) => Take(_passwords, ClientNetwork.Of(http)) && Take(_passwordsOfOne, galleryId);

    public void Dispose()
    {
        _passwords.Dispose();
        _passwordsOfOne.Dispose();
    }

    private static bool Take<T>(PartitionedRateLimiter<T> limiter, T key)
    {
        using var lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired;
    }

    private static PartitionedRateLimiter<T> Limiter<T>(int permits, TimeSpan window)
        where T : notnull =>
        PartitionedRateLimiter.Create<T, T>(key => RateLimitPartition.GetSlidingWindowLimiter(key, _ => new()
        {
            PermitLimit = permits,
            Window = window,
            SegmentsPerWindow = 5,
            QueueLimit = 0,
            AutoReplenishment = true,
        }));
}
