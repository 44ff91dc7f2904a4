namespace CanvasWeb.Web.Accounts;

/// <summary>One question of a person at a time, and one that waits: a newer one takes the place of the one that waits.</summary>
internal sealed class PersonTurns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TaskCompletionSource<bool>?> _people = new(StringComparer.Ordinal);

    /// <summary>People who have a question in hand.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _people.Count;
        }
    }

    /// <summary>Waits for the person's turn. True: it is theirs until <see cref="End"/>. False: somebody newer, or too many people, came between.</summary>
    /// <param name="most">People at once.</param>
    public Task<bool> TakeAsync(string userId, int most)
    {
        lock (_lock)
        {
            if (!_people.TryGetValue(userId, out var waiting))
            {
                if (_people.Count >= most)
                    return Task.FromResult(false);
                _people[userId] = null;
                return Task.FromResult(true);
            }

            waiting?.TrySetResult(false);
            var turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _people[userId] = turn;
            return turn.Task;
        }
    }

    /// <summary>Hands the turn to the one that waits, if there is one.</summary>
    public void End(string userId)
    {
        lock (_lock)
        {
            if (_people.GetValueOrDefault(userId) is { } waiting)
            {
                _people[userId] = null;
                waiting.TrySetResult(true);
            }
            else
            {
                _people.Remove(userId);
            }
        }
    }
}
