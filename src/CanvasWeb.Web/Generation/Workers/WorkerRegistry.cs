using System.Collections.Concurrent;
using System.Collections.Frozen;
using CanvasWeb.Contracts;

namespace CanvasWeb.Web.Generation.Workers;

/// <summary>The workers that are connected to this process.</summary>
internal sealed class WorkerRegistry(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ConnectedWorker> _workers = new();
    private readonly ConcurrentDictionary<string, string> _connections = new();

    public IReadOnlyCollection<ConnectedWorker> All => [.. _workers.Values];

    public int Count => _workers.Count;

    public ConnectedWorker? Find(string connectionId) => _workers.GetValueOrDefault(connectionId);

    /// <summary>The latest connection of a worker, also when it is gone; null for one that never came.</summary>
    public string? LastConnectionOf(string name) => _connections.GetValueOrDefault(name);

    public void Add(string connectionId, WorkerHello hello)
    {
        _connections[hello.Name] = connectionId;
        _workers[connectionId] = new(connectionId, hello.Name, hello.Version, time.GetUtcNow(), hello.Models, hello.Models.Select(static model => model.Name).ToFrozenSet(StringComparer.Ordinal));
    }

    public void Remove(string connectionId) => _workers.TryRemove(connectionId, out _);
}
