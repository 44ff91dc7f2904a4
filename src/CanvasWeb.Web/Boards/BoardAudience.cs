using System.Collections.Concurrent;
using System.Collections.Immutable;
using CanvasWeb.Web.Boards.Wire;

namespace CanvasWeb.Web.Boards;

/// <summary>
/// Who has which board open in this process. What is sent to the people on a board goes through here (jobs and previews: through
/// <see cref="Generation.Previews.PreviewRelay"/>) and never awaits a connection: SignalR's own group sends wait for the slowest member.
/// </summary>
internal sealed class BoardAudience
{
    private readonly ConcurrentDictionary<string, ImmutableArray<BoardViewer>> _boards = new();

    public IReadOnlyList<BoardViewer> Of(string boardId) => _boards.TryGetValue(boardId, out var viewers) ? viewers : [];

    public IReadOnlyList<BoardPerson> People(string boardId) => [.. Of(boardId).Where(static viewer => !viewer.IsWatcher).Select(static viewer => viewer.Person)];

    /// <param name="limit">Of its kind: those who watch a live gallery take no place from the people on the board.</param>
    /// <returns>False if the board has all the viewers that it may have.</returns>
    public bool Enter(BoardViewer viewer, int limit)
    {
        var all = _boards.AddOrUpdate(viewer.BoardId, [viewer], (_, known) => known.Count(other => other.IsWatcher == viewer.IsWatcher) < limit ? known.Add(viewer) : known);
        if (!all.Contains(viewer))
            return false;
        if (!viewer.IsWatcher)
            TellPresence(viewer.BoardId);
        return true;
    }

    public void Leave(BoardViewer viewer)
    {
        if (!_boards.ContainsKey(viewer.BoardId))
            return;
        var left = _boards.AddOrUpdate(viewer.BoardId, [], (_, known) => known.Remove(viewer));
        if (left.IsEmpty)
            _boards.TryRemove(new(viewer.BoardId, left));
        if (!viewer.IsWatcher)
            TellPresence(viewer.BoardId);
    }

    public void SetPresence(BoardViewer viewer, Presence presence)
    {
        viewer.Person = viewer.Person with { Presence = presence };
        TellPresence(viewer.BoardId);
    }

    /// <summary>There are new ops in the board's ring.</summary>
    public void OpsApplied(string boardId, RecentOps recent)
    {
        foreach (var viewer in Of(boardId))
            viewer.OpsApplied(recent);
    }

    /// <summary>Cuts all connections to a board: they come back and find what they may still see.</summary>
    public void Close(string boardId)
    {
        foreach (var viewer in Of(boardId))
            viewer.Abort();
    }

    /// <summary>Cuts somebody's own connections to a board: they come back as what they are now, or not at all.</summary>
    public void Close(string boardId, string userId)
    {
        foreach (var viewer in Of(boardId).Where(viewer => viewer.UserId == userId && !viewer.IsWatcher))
            viewer.Abort();
    }

    private void TellPresence(string boardId)
    {
        foreach (var viewer in Of(boardId))
            viewer.PresenceChanged();
    }
}
