using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tiles.Drawing;

/// <summary>
/// Bounds the memory of all that decodes, cuts and draws: each says what it will hold and gets its turn in the order of asking. Many small
/// pictures run side by side, a large one alone. Taken once, by whoever starts the work: taken again inside, two could wait for each other.
/// </summary>
internal sealed class PixelBudget(IOptions<TileOptions> options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private readonly long _total = options.Value.WorkingBytes;
    private long _taken;

    /// <summary>Waits for its turn, however long the line is: for work whose amount is bounded elsewhere.</summary>
    /// <param name="bytes">What the work will hold at its peak; more than there is counts as all of it.</param>
    public async Task<IDisposable> TakeAsync(long bytes, CancellationToken cancellationToken) =>
        await EnterAsync(bytes, int.MaxValue, cancellationToken) ?? throw new System.Diagnostics.UnreachableException();

    /// <summary>Waits for its turn; null at once if too many are waiting already.</summary>
    public Task<IDisposable?> TryTakeAsync(long bytes, CancellationToken cancellationToken) => EnterAsync(bytes, options.Value.MaxWaiting, cancellationToken);

    /// <summary>Waits for its turn; null if too many are waiting already or it does not come in time.</summary>
    public async Task<IDisposable?> TryTakeAsync(long bytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await TryTakeAsync(bytes, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>
    /// Lets go of the pictures of earlier work before more are made. They are few and large, and the collector, which counts allocations,
    /// lets hundreds of megabytes of them stand. Called between pictures or bands, never in a loop over pixels.
    /// </summary>
    public void Trim()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) > options.Value.TrimBytes)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
    }

    private async Task<IDisposable?> EnterAsync(long bytes, int maxWaiting, CancellationToken cancellationToken)
    {
        LinkedListNode<Waiter> place;
        var wanted = Math.Clamp(bytes, 1, _total);
        lock (_lock)
        {
            if (_waiting.Count == 0 && _taken + wanted <= _total)
            {
                _taken += wanted;
                return new Share(this, wanted);
            }

            if (_waiting.Count >= maxWaiting)
                return null;
            place = _waiting.AddLast(new Waiter(wanted));
        }

        await using var registration = cancellationToken.Register(() => Leave(place, cancellationToken));
        return await place.Value.Turn.Task;
    }

    private void Leave(LinkedListNode<Waiter> place, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (place.List is null)
                return;
            _waiting.Remove(place);
            place.Value.Turn.TrySetCanceled(cancellationToken);

            // Whoever stood behind may fit into what the one that left was waiting for.
            Admit();
        }
    }

    private void Return(long bytes)
    {
        lock (_lock)
        {
            _taken -= bytes;
            Admit();
        }
    }

    private void Admit()
    {
        while (_waiting.First is { } first && _taken + first.Value.Bytes <= _total)
        {
            _waiting.RemoveFirst();
            _taken += first.Value.Bytes;
            first.Value.Turn.TrySetResult(new Share(this, first.Value.Bytes));
        }
    }

    private sealed record Waiter(long Bytes)
    {
        // Continuations run elsewhere: whoever gives its share back must not do the next one's work first, under the lock.
        public TaskCompletionSource<IDisposable> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Share(PixelBudget budget, long bytes) : IDisposable
    {
        private int _isReturned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) == 0)
                budget.Return(bytes);
        }
    }
}
