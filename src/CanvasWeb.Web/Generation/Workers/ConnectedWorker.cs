using System.Collections.Frozen;
using CanvasWeb.Contracts;

namespace CanvasWeb.Web.Generation.Workers;

/// <param name="Name">The machine and process, as the worker tells it.</param>
/// <param name="ModelNames">Of <paramref name="Models"/>.</param>
internal sealed record ConnectedWorker(string ConnectionId, string Name, IReadOnlyList<ModelDescription> Models, FrozenSet<string> ModelNames);
