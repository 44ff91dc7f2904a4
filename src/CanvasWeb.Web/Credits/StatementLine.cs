using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Credits;

/// <summary>One line of what a person could spend, newest first.</summary>
/// <param name="Number">Place in the account, from 1 without gaps.</param>
/// <param name="Balance">What was there to spend after this line.</param>
/// <param name="Hold">How it stands with a hold today; null for other kinds.</param>
/// <param name="Reason">Of a void one of <see cref="VoidReasons"/>, else an admin's own words.</param>
internal sealed record StatementLine(
    long Number, DateTimeOffset At, TransactionKind Kind, string? JobId, string? Reason, CreditAmount Amount, CreditAmount Balance, HoldState? Hold)
{
    /// <summary>The reason as people read it: codes in their language, anything else as it was written.</summary>
    public string? ReasonIn(IStringLocalizer text) =>
        Kind == TransactionKind.Void && Reason is not null && text["Reason_" + Reason] is { ResourceNotFound: false } words ? words.Value : Reason;
}
