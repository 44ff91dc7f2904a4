using System.Diagnostics;

namespace CanvasWeb.Web.Tests.Infrastructure;

/// <summary>Waits for what other parts of a running site bring about, and says what did not come.</summary>
internal static class Eventually
{
    /// <summary>Far more than anything takes on a busy machine; only a test that fails waits so long.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <param name="what">For the message: "a lease".</param>
    /// <param name="ask">Null for not yet.</param>
    public static async Task<T> FindAsync<T>(string what, Func<Task<T?>> ask)
        where T : class
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < s_patience)
        {
            if (await ask() is { } found)
                return found;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"{what} did not come in {s_patience.TotalSeconds:0} s.");
    }

    public static Task HoldsAsync(string what, Func<bool> isSo) => FindAsync(what, () => Task.FromResult(isSo() ? what : null));
}
