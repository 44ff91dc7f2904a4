using System.Net;
using System.Threading.RateLimiting;
using CanvasWeb.Web.Accounts.Security;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Boards.Members;

/// <summary>How often one network may open invite links. Memory only: no address is ever written down.</summary>
internal sealed class JoinLimits(IOptions<MembersOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _openings = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetSlidingWindowLimiter(address, _ => new()
    {
        PermitLimit = options.Value.OpeningsPerFiveMinutes,
        Window = TimeSpan.FromMinutes(5),
        SegmentsPerWindow = 5,
        QueueLimit = 0,
    }));

    public bool MayOpen(HttpContext http)
    {
        using var lease = _openings.AttemptAcquire(ClientNetwork.Of(http));
        return lease.IsAcquired;
    }

    public void Dispose() => _openings.Dispose();
}
