namespace CanvasWeb.Web.Credits;

/// <summary>How a job's hold ended. A hold ends once; who comes later is told how it ended then.</summary>
/// <param name="Kind">Capture, Void or Expire.</param>
/// <param name="Captured">What was paid; the rest of the hold was returned.</param>
/// <param name="IsNew">False when the hold had been settled before, perhaps in another way than asked for now.</param>
internal readonly record struct Settlement(TransactionKind Kind, CreditAmount Captured, bool IsNew);
