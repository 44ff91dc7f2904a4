namespace CanvasWeb.Contracts;

/// <summary>A worker introduces itself.</summary>
/// <param name="Version"><see cref="InferenceProtocol.Version"/> that it was built with.</param>
/// <param name="Name">For logs and the admin page: the machine and process.</param>
/// <param name="Models">What it can run.</param>
public sealed record WorkerHello(int Version, string Name, IReadOnlyList<ModelDescription> Models);
