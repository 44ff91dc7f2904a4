namespace CanvasWeb.Contracts;

/// <summary>What the site tells a worker that it took.</summary>
/// <param name="LeaseSeconds">A lease that was not renewed for this long goes to another.</param>
/// <param name="HeartbeatSeconds">How often to renew.</param>
/// <param name="Refusal">Null when taken; else why not and what to do. The worker ends.</param>
public sealed record WorkerWelcome(int LeaseSeconds, int HeartbeatSeconds, string? Refusal = null);
