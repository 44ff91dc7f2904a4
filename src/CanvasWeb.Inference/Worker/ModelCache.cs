using CanvasWeb.Inference.Models;

namespace CanvasWeb.Inference.Worker;

/// <summary>Keeps the models of the last jobs loaded. Used by one job at a time.</summary>
/// <param name="library">Where they come from.</param>
/// <param name="folder">As for the command line's --models.</param>
/// <param name="capacity">How many stay loaded.</param>
internal sealed class ModelCache(IModelLibrary library, string? folder, int capacity, Action<string> log) : IDisposable
{
    // The most recently used last.
    private readonly List<(string Name, OpenedModel Model)> _loaded = [];

    /// <summary>The model, loaded; the cache owns it and may free it at the next call.</summary>
    /// <exception cref="Commands.CommandException">There is no such model, or it is refused.</exception>
    public OpenedModel Get(string name, CancellationToken cancellationToken)
    {
        var known = _loaded.FindIndex(entry => entry.Name == name);
        if (known >= 0)
        {
            var entry = _loaded[known];
            _loaded.RemoveAt(known);
            _loaded.Add(entry);
            return entry.Model;
        }

        // Room first: two large models may not fit side by side.
        while (_loaded.Count >= capacity)
        {
            _loaded[0].Model.Dispose();
            _loaded.RemoveAt(0);
        }

        var model = library.Open(new ModelChoice(name, folder), log, cancellationToken);
        _loaded.Add((name, model));
        return model;
    }

    public void Dispose()
    {
        foreach (var (_, model) in _loaded)
            model.Dispose();
        _loaded.Clear();
    }
}
