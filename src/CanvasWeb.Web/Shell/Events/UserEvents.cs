using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;

namespace CanvasWeb.Web.Shell.Events;

/// <summary>What a person's open pages should read again.</summary>
internal enum UserEvent
{
    CreditsChanged,
    JobsChanged,
    BoardsChanged,
    ProfileChanged,

    /// <summary>An admin has answered an appeal.</summary>
    AppealAnswered,
}

/// <summary>
/// Hints from features to a person's open pages, within this process. They carry no data: who gets one reads the database again, so a lost
/// hint costs freshness and never truth. Handlers must only queue work (InvokeAsync), never do it.
/// </summary>
internal sealed class UserEvents(ILogger<UserEvents> logger)
{
    private readonly ConcurrentDictionary<string, ImmutableArray<Action<UserEvent>>> _handlers = new();

    public IDisposable Subscribe(string userId, Action<UserEvent> handler)
    {
        // A hint is published on somebody else's thread, whose language must not become the language of what this page draws then.
        var (culture, words) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        Action<UserEvent> inOwnLanguage = happened =>
        {
            var before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, words);
            try
            {
                handler(happened);
            }
            finally
            {
                (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
            }
        };
        _handlers.AddOrUpdate(userId, [inOwnLanguage], (_, known) => known.Add(inOwnLanguage));
        return new Subscription(this, userId, inOwnLanguage);
    }

    /// <summary>The person has a page open that listens.</summary>
    public bool IsHeardBy(string userId) => _handlers.ContainsKey(userId);

    public void Publish(string userId, UserEvent happened)
    {
        if (!_handlers.TryGetValue(userId, out var handlers))
            return;
        foreach (var handler in handlers)
        {
            try
            {
                handler(happened);
            }
            catch (Exception error)
            {
                // One broken page must not keep the hint from the others.
                logger.LogWarning(error, "A page failed on {Event}", happened);
            }
        }
    }

    private void Remove(string userId, Action<UserEvent> handler)
    {
        var left = _handlers.AddOrUpdate(userId, [], (_, known) => known.Remove(handler));
        if (left.IsEmpty)
            _handlers.TryRemove(new(userId, left));
    }

    private sealed class Subscription(UserEvents events, string userId, Action<UserEvent> handler) : IDisposable
    {
        public void Dispose() => events.Remove(userId, handler);
    }
}
