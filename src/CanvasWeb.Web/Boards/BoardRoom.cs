using System.Threading.Channels;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Sync;

namespace CanvasWeb.Web.Boards;

/// <summary>
/// One open board and its single writer: a loop that takes submissions from a bounded channel, as many as wait, plans them one on the other,
/// stores them in one transaction, and only then answers and broadcasts. What fails to be stored was never there: the writer is thrown away
/// and built again from the database.
/// </summary>
internal sealed class BoardRoom : IAsyncDisposable
{
    private static readonly Refusal s_logFull = new(RefusalCodes.BoardFull, "This board remembers as much as it can. Duplicate it and go on in the copy.");

    private readonly BoardLog _log;
    private readonly BoardAudience _audience;
    private readonly BoardsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<string> _edited;
    private readonly Action<BoardRoom> _closed;
    private readonly Channel<Request> _requests;
    private readonly Task _loop;
    private readonly RecentOps _recent;
    private BoardState? _state;
    private long _snapshotSeq;
    private long _logBytes;

    public BoardRoom(string boardId, BoardLog log, BoardAudience audience, BoardsOptions options, TimeProvider time, ILogger logger, Action<string> edited, Action<BoardRoom> closed)
    {
        (BoardId, _log, _audience, _options, _time, _logger, _edited, _closed) = (boardId, log, audience, options, time, logger, edited, closed);
        _requests = Channel.CreateBounded<Request>(new BoundedChannelOptions(options.QueueLength) { SingleReader = true });
        _recent = new(options.RecentOps);
        _loop = RunAsync();
    }

    public string BoardId { get; }

    /// <summary>Ends with the loop.</summary>
    public Task Closed => _loop;

    public async Task<SubmitResult> SubmitAsync(ActorId actor, BoardRole role, IReadOnlyList<ClientOp> ops, CancellationToken cancellationToken)
    {
        var submission = new Submission(actor, role, ops);
        await EnterAsync(submission, cancellationToken);

        // Not cancelled from here on: whoever asked may be gone, their ops are still on their way into the log.
        return await submission.Answer.Task;
    }

    /// <summary>The board's ring once the board is loaded; it stays the same while the room is open.</summary>
    public async Task<RecentOps> RecentAsync(CancellationToken cancellationToken)
    {
        var look = new Look();
        await EnterAsync(look, cancellationToken);
        return await look.Answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _requests.Writer.TryComplete();
        await _loop;
    }

    private async Task EnterAsync(Request request, CancellationToken cancellationToken)
    {
        try
        {
            await _requests.Writer.WriteAsync(request, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new BoardRoomClosedException();
        }
    }

    private async Task RunAsync()
    {
        // Off the caller's thread: nothing of this may run inside the dictionary that makes rooms.
        await Task.Yield();
        var reader = _requests.Reader;
        while (await WaitAsync())
        {
            while (reader.TryRead(out var request))
            {
                if (request is Look look)
                    await AnswerAsync(look);
                else
                    await StoreAsync(Gather((Submission)request));
            }

            if (_state is { } state && state.Seq - _snapshotSeq >= _options.SnapshotEvery)
                await SaveSnapshotAsync(state);
        }

        _closed(this);
    }

    // False when the room is closed and everything that had entered was answered.
    private async Task<bool> WaitAsync()
    {
        var reader = _requests.Reader;
        while (true)
        {
            using var idle = new CancellationTokenSource(TimeSpan.FromSeconds(_options.IdleSeconds), _time);
            try
            {
                return await reader.WaitToReadAsync(idle.Token);
            }
            catch (OperationCanceledException)
            {
                if (_state is { } state && state.Seq > _snapshotSeq)
                    await SaveSnapshotAsync(state);
                if (_audience.Of(BoardId).Count == 0)
                    _requests.Writer.TryComplete();
            }
        }
    }

    // Further submissions that wait behind the first: one transaction, one fsync for all of them.
    private List<Submission> Gather(Submission first)
    {
        var group = new List<Submission> { first };
        var count = first.Ops.Count;
        while (_requests.Reader.TryPeek(out var next) && next is Submission submission && count + submission.Ops.Count <= _options.OpsPerTransaction)
        {
            _requests.Reader.TryRead(out _);
            group.Add(submission);
            count += submission.Ops.Count;
        }

        return group;
    }

    private async Task AnswerAsync(Look look)
    {
        try
        {
            await LoadedAsync();
            look.Answer.SetResult(_recent);
        }
        catch (Exception error)
        {
            look.Answer.SetException(Unavailable(error));
        }
    }

    private async Task StoreAsync(List<Submission> group)
    {
        try
        {
            await TryStoreAsync(group);
        }
        catch (Exception error)
        {
            _state = null;
            if (group.Count > 1)
            {
                // One of them may be what the database does not take: it must not fail the others again and again.
                foreach (var submission in group)
                    await StoreAsync([submission]);
                return;
            }

            _logger.LogError(error, "Ops of board {BoardId} could not be stored", BoardId);
            group[0].Answer.SetException(Unavailable(error));
        }
    }

    private async Task TryStoreAsync(List<Submission> group)
    {
        for (var attempt = 1; ; attempt++)
        {
            // 1. Plan each on what the ones before it lead to. Nobody sees this writer's state until its rows are stored.
            var before = await LoadedAsync();
            var writer = new BoardWriter(before, BoardLimits.Default, _logBytes >= _options.LogBytesPerBoard ? s_logFull : null);
            var accepted = new List<SequencedOp>();
            var results = new List<SubmitResult>(group.Count);
            foreach (var submission in group)
            {
                var plan = writer.Plan(submission.Ops, submission.Actor, submission.Role);
                writer.Commit(plan);
                accepted.AddRange(plan.Accepted);
                results.Add(plan.Result);
            }

            // 2. Store. Not cancellable: a caller that goes away must not undo what others put into the same transaction.
            if (accepted.Count != 0)
            {
                if (await _log.AppendAsync(BoardId, before.Seq, accepted, CancellationToken.None) is not { } grown)
                {
                    _state = null;
                    if (attempt == 3)
                        throw new BoardUnavailableException("The log of this board does not end where its writer left it, or the board is in the bin.");
                    continue;
                }

                _logBytes += grown;
            }

            // 3. Commit, answer, tell the others.
            _state = writer.State;
            if (accepted.Count != 0)
                _recent.Publish(writer.State, accepted);
            for (var i = 0; i < group.Count; i++)
                group[i].Answer.SetResult(results[i]);
            if (accepted.Count != 0)
            {
                _audience.OpsApplied(BoardId, _recent);
                _edited(BoardId);
            }

            return;
        }
    }

    private async Task<BoardState> LoadedAsync()
    {
        if (_state is not null)
            return _state;
        var stored = await _log.LoadAsync(BoardId, CancellationToken.None) ?? throw new BoardUnavailableException("There is no such board.");
        (_snapshotSeq, _logBytes) = (stored.SnapshotSeq, stored.LogBytes);
        _recent.Publish(stored.State, stored.Ops);
        return _state = stored.State;
    }

    private async Task SaveSnapshotAsync(BoardState state)
    {
        try
        {
            await _log.SaveSnapshotAsync(BoardId, state, CancellationToken.None);
            _snapshotSeq = state.Seq;
        }
        catch (Exception error)
        {
            // Nothing is lost: the log has it all, and the next round tries again.
            _logger.LogWarning(error, "A snapshot of board {BoardId} could not be stored", BoardId);
        }
    }

    private static BoardUnavailableException Unavailable(Exception error) =>
        error as BoardUnavailableException ?? new("The board cannot be reached just now.", error);

    private abstract record Request;

    private sealed record Look : Request
    {
        public TaskCompletionSource<RecentOps> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Submission(ActorId Actor, BoardRole Role, IReadOnlyList<ClientOp> Ops) : Request
    {
        public TaskCompletionSource<SubmitResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
