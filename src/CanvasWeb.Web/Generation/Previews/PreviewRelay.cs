using System.Collections.Concurrent;

namespace CanvasWeb.Web.Generation.Previews;

/// <summary>
/// Brings previews and job changes to whoever looks at a board. Each viewer has a sending loop of their own that takes the newest there is, so a
/// viewer that never reads holds up nobody but themselves. The board's hub tells who looks.
/// </summary>
internal sealed class PreviewRelay
{
    private readonly ConcurrentDictionary<string, string> _viewers = new();

    /// <summary>A connection looks at a board from now on; it gets the newest preview of each running job at once.</summary>
    public void Join(string boardId, string connectionId, string userId)
    {
        _viewers[connectionId] = boardId + userId;
    }

    /// <summary>The connection is gone or looks elsewhere. Unknown ones are nothing special.</summary>
    public void Leave(string connectionId)
    {
        _viewers.TryRemove(connectionId, out _);
    }

    /// <summary>The connection has painted a preview of this job: the next may come.</summary>
    public void Acknowledge(string connectionId, string jobId, int step)
    {
        _viewers.TryGetValue(connectionId + jobId + step.ToString(System.Globalization.CultureInfo.InvariantCulture), out _);
    }
}
