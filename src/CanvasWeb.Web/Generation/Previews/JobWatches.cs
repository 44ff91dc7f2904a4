namespace CanvasWeb.Web.Generation.Previews;

/// <summary>Who waits for which job: programs, which have no board to look at. Memory only, a handful of objects for each waiting request.</summary>
internal sealed class JobWatches
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<JobWatch>> _watches = new(StringComparer.Ordinal);

    /// <summary>From now on the watch hears of the job. Open it before the job is read, or a change in between is missed.</summary>
    public JobWatch Open(string jobId)
    {
        var watch = new JobWatch(jobId, Close);
        lock (_lock)
        {
            if (!_watches.TryGetValue(jobId, out var watches))
                _watches[jobId] = watches = [];
            watches.Add(watch);
        }

        return watch;
    }

    public void Publish(PreviewMessage preview)
    {
        foreach (var watch in Of(preview.Job))
            watch.Offer(preview);
    }

    /// <summary>Something about the job is different.</summary>
    public void Changed(string jobId)
    {
        foreach (var watch in Of(jobId))
            watch.Changed();
    }

    private JobWatch[] Of(string jobId)
    {
        lock (_lock)
            return _watches.TryGetValue(jobId, out var watches) ? [.. watches] : [];
    }

    private void Close(JobWatch watch)
    {
        lock (_lock)
        {
            if (_watches.TryGetValue(watch.JobId, out var watches) && watches.Remove(watch) && watches.Count == 0)
                _watches.Remove(watch.JobId);
        }
    }
}
