using System.Threading.Channels;
using CanvasWeb.Web.Boards.Wire;

namespace CanvasWeb.Web.Boards;

/// <summary>
/// One connection to a board and what it has to be told. Nothing is queued here: ops are read from the board's ring after the last one sent, of
/// presence only the newest counts. So a browser that stops reading costs a few references and holds up nobody; it is cut after a while.
/// </summary>
internal sealed class BoardViewer : IAsyncDisposable
{
    // Ops in one message.
    private const int Batch = 256;

    private readonly BoardAudience _audience;
    private readonly IBoardClient _client;
    private readonly Action _abort;
    private readonly BoardsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly CancellationTokenSource _leaving = new();
    private readonly ITimer _presenceTimer;
    private readonly Task _pump;
    private volatile RecentOps? _recent;
    private volatile bool _follows;
    private volatile bool _presenceChanged;
    private long _sent;
    private long _presenceSentAt;

    public BoardViewer(BoardAudience audience, string boardId, string connectionId, string userId, BoardPerson person, IBoardClient client, Action abort, BoardsOptions options, TimeProvider time, ILogger logger)
    {
        (BoardId, ConnectionId, UserId, Person) = (boardId, connectionId, userId, person);
        (_audience, _client, _abort, _options, _time, _logger) = (audience, client, abort, options, time, logger);
        _presenceTimer = time.CreateTimer(static viewer => ((BoardViewer)viewer!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _presenceSentAt = time.GetTimestamp() - time.TimestampFrequency;
        _pump = PumpAsync();
    }

    public string BoardId { get; }

    public string ConnectionId { get; }

    public string UserId { get; }

    /// <summary>Looks at a live gallery, without a name: the people on the board do not see it, and it is told of none of them.</summary>
    public bool IsWatcher { get; init; }

    /// <summary>As the others see them. Replaced as a whole, by <see cref="BoardAudience"/>.</summary>
    public BoardPerson Person { get; set; }

    /// <summary>From here on the viewer is sent what follows <paramref name="seq"/>.</summary>
    public void Follow(RecentOps recent, long seq)
    {
        _sent = seq;
        _recent = recent;
        _follows = true;
        Wake();
    }

    /// <summary>There are new ops. The ring is told each time: a board that was closed and opened again has another one.</summary>
    public void OpsApplied(RecentOps recent)
    {
        if (!_follows)
            return;
        _recent = recent;
        Wake();
    }

    public void PresenceChanged()
    {
        if (IsWatcher)
            return;
        _presenceChanged = true;
        Wake();
    }

    public void Abort() => _abort();

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _pump;
        await _presenceTimer.DisposeAsync();
        _leaving.Dispose();
    }

    private async Task PumpAsync()
    {
        // Off the caller's thread: the constructor must not run the first send.
        await Task.Yield();
        try
        {
            while (await _wake.Reader.WaitToReadAsync(_leaving.Token))
            {
                _wake.Reader.TryRead(out _);
                await SendOpsAsync();
                await SendPresenceAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The viewer left.
        }
        catch (TimeoutException)
        {
            _logger.LogInformation("A connection to board {BoardId} has taken nothing for {Seconds} s and is cut", BoardId, _options.StalledSeconds);
            _abort();
        }
        catch (Exception error)
        {
            _logger.LogWarning(error, "A connection to board {BoardId} failed", BoardId);
            _abort();
        }
    }

    private async Task SendOpsAsync()
    {
        while (_recent is { } recent)
        {
            var ops = recent.After(_sent, Batch).Ops;
            if (ops is { Count: 0 })
                return;
            if (ops is null)
            {
                // Too far behind for single ops. Nothing more until the browser joins again.
                _follows = false;
                _recent = null;
                await SendAsync(_client.Resync());
                return;
            }

            _sent = ops[^1].Seq;
            await SendAsync(_client.OpsApplied(ops));
        }
    }

    private async Task SendPresenceAsync()
    {
        if (!_presenceChanged)
            return;
        var wait = TimeSpan.FromSeconds(1.0 / _options.PresenceHz) - _time.GetElapsedTime(_presenceSentAt);
        if (wait > TimeSpan.Zero)
        {
            _presenceTimer.Change(wait, Timeout.InfiniteTimeSpan);
            return;
        }

        _presenceChanged = false;
        _presenceSentAt = _time.GetTimestamp();
        await SendAsync(_client.PresenceChanged(_audience.People(BoardId)));
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    // Completes when SignalR has written it to the connection's own buffer, which is bounded: a browser that does not read keeps this waiting.
    private Task SendAsync(Task sending) => sending.WaitAsync(TimeSpan.FromSeconds(_options.StalledSeconds), _time, _leaving.Token);
}
