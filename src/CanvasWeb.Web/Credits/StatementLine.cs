namespace CanvasWeb.Web.Credits;

/// <summary>One line of what a person could spend, newest first.</summary>
/// <param name="Number">Place in the account, from 1 without gaps.</param>
/// <param name="Balance">What was there to spend after this line.</param>
/// <param name="Hold">How it stands with a hold today; null for other kinds.</param>
internal sealed record StatementLine(
    long Number, DateTimeOffset At, TransactionKind Kind, string? JobId, string? Reason, CreditAmount Amount, CreditAmount Balance, HoldState? Hold);
