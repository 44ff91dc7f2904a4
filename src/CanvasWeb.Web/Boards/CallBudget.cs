namespace CanvasWeb.Web.Boards;

/// <summary>
/// What one connection may ask for over time: a bucket of tokens that fills steadily. Whoever takes more than is there waits until the debt is
/// paid, so that an eager tab is slowed down and loses nothing. Not for several threads: SignalR runs a connection's calls one after the other.
/// </summary>
internal sealed class CallBudget
{
    private readonly double _perSecond;
    private readonly double _burst;
    private readonly TimeProvider _time;
    private double _tokens;
    private long _filledAt;

    /// <param name="perSecond">Tokens a second.</param>
    /// <param name="burst">Tokens at the most.</param>
    public CallBudget(double perSecond, double burst, TimeProvider time)
    {
        (_perSecond, _burst, _time) = (perSecond, burst, time);
        (_tokens, _filledAt) = (burst, time.GetTimestamp());
    }

    /// <summary>Takes tokens, into debt if need be.</summary>
    /// <returns>How long to wait before going on.</returns>
    public TimeSpan Take(double count)
    {
        Fill();
        _tokens -= count;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / _perSecond);
    }

    /// <summary>Takes tokens if they are there.</summary>
    public bool TryTake(double count)
    {
        Fill();
        if (_tokens < count)
            return false;
        _tokens -= count;
        return true;
    }

    private void Fill()
    {
        var now = _time.GetTimestamp();
        _tokens = Math.Min(_burst, _tokens + (_time.GetElapsedTime(_filledAt, now).TotalSeconds * _perSecond));
        _filledAt = now;
    }
}
