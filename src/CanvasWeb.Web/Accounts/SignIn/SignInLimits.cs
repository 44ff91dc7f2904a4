using System.Net;
using System.Threading.RateLimiting;
using CanvasWeb.Web.Accounts.Security;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Accounts.SignIn;

/// <summary>
/// How often one network address may try. In the pages and not in the middleware: a form that is refused keeps what was typed and says when
/// to try again. Accounts have their own lock (see <see cref="LocalAccounts"/>), so many addresses gain nothing against one account.
/// </summary>
internal sealed class SignInLimits(IOptions<AccountsOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _signIns = Limiter(options.Value.SignInsPerFiveMinutes, TimeSpan.FromMinutes(5));
    private readonly PartitionedRateLimiter<IPAddress> _registrations = Limiter(options.Value.RegistrationsPerHour, TimeSpan.FromHours(1));

    public bool MaySignIn(HttpContext http) => Take(_signIns, http);

    public bool MayRegister(HttpContext http) => Take(_registrations, http);

    public void Dispose()
    {
        _signIns.Dispose();
        _registrations.Dispose();
    }

    private static bool Take(PartitionedRateLimiter<IPAddress> limiter, HttpContext http)
    {
        using var lease = limiter.AttemptAcquire(ClientNetwork.Of(http));
        return lease.IsAcquired;
    }

    private static PartitionedRateLimiter<IPAddress> Limiter(int permits, TimeSpan window) =>
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetSlidingWindowLimiter(address, _ => new()
        {
            PermitLimit = permits,
            Window = window,
            SegmentsPerWindow = 5,
            QueueLimit = 0,
        }));
}
