using System.Collections.Frozen;
using CanvasWeb.Contracts;

namespace CanvasWeb.Web.Generation.Workers;

/// <param name="Name">The machine and process, as the worker tells it.</param>
/// <param name="Device">"cpu" or "cuda".</param>
/// <param name="ModelNames">Of <paramref name="Models"/>.</param>
internal sealed record ConnectedWorker(string ConnectionId, string Name, string Device, IReadOnlyList<ModelDescription> Models, FrozenSet<string> ModelNames);
