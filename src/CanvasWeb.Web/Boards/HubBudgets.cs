namespace CanvasWeb.Web.Boards;

/// <summary>The budgets of one connection to the hub.</summary>
internal sealed class HubBudgets(BoardsOptions options, TimeProvider time)
{
    public CallBudget Ops { get; } = new(options.OpsPerSecond, options.OpsBurst, time);

    /// <summary>Apart from their number: a few ops of a quarter megabyte weigh as much as thousands of small ones.</summary>
    public CallBudget OpBytes { get; } = new(options.OpBytesPerSecond, options.OpBytesBurst, time);

    /// <summary>Twice what is passed on, so that a tab that keeps to the limit never meets it by bad timing.</summary>
    public CallBudget Presence { get; } = new(2 * options.PresenceHz, 2 * options.PresenceHz, time);

    public CallBudget Sketches { get; } = new(options.SketchesPerSecond, 2 * options.SketchesPerSecond, time);

    public CallBudget Calls { get; } = new(options.CallsPerSecond, 2 * options.CallsPerSecond, time);
}
