using System.Collections.Frozen;
using CanvasWeb.Contracts;

namespace CanvasWeb.Web.Generation.Workers;

/// <param name="Name">The machine and process, as the worker tells it.</param>
/// <param name="Version">Of the protocol that it speaks.</param>
/// <param name="Since">When it connected.</param>
/// <param name="ModelNames">Of <paramref name="Models"/>.</param>
internal sealed record ConnectedWorker(string ConnectionId, string Name, int Version, DateTimeOffset Since, IReadOnlyList<ModelDescription> Models, FrozenSet<string> ModelNames);
